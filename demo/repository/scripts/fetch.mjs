const [url] = process.argv.slice(2);
const answer = await fetch(url);
const text = await answer.text();
if (!answer.ok) {
  console.error(`the bestiary answered ${answer.status}: ${text.trim()}`);
  process.exit(1);
}
process.stdout.write(text);
