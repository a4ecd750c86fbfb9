// Prints what an address answers; anything but success is an error with the service's own words.
async function main(url) {
  const answer = await fetch(url);
  const text = await answer.text();
  if (!answer.ok) throw new Error(`the bestiary answered ${answer.status}: ${text.trim()}`);
  process.stdout.write(text);
}

main(process.argv[2]).catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
