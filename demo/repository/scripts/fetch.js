// Prints what an address answers. Anything but success is told in the service's own words, and whether another try may help.
const { writeFileSync } = require("node:fs");

async function main(url) {
  const answer = await fetch(url);
  const text = await answer.text();
  if (answer.ok) return process.stdout.write(text);
  const said = `the bestiary answered ${answer.status}: ${text.trim()}`;
  const failure_class = answer.status >= 500 ? "transient_infra" : "deterministic";
  const status = { status: "fail", failure_reason: said, failure_class };
  if (process.env.ATTRACTOR_STATUS_PATH)
    writeFileSync(process.env.ATTRACTOR_STATUS_PATH, JSON.stringify(status));
  throw new Error(said);
}

main(process.argv[2]).catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
