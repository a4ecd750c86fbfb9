// Prints what an address answers. Anything but success is told in the service's own words, and as what it was: a status of HTTP.
const { writeFileSync } = require("node:fs");

async function main(url) {
  const answer = await fetch(url);
  const text = await answer.text();
  if (answer.ok) return process.stdout.write(text);
  const said = `the bestiary answered ${answer.status}: ${text.trim()}`;
  const status = { status: "fail", failure_reason: said, evidence: { http_status: answer.status } };
  if (process.env.ATTRACTOR_STATUS_PATH)
    writeFileSync(process.env.ATTRACTOR_STATUS_PATH, JSON.stringify(status));
  throw new Error(said);
}

main(process.argv[2]).catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
