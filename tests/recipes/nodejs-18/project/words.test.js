const assert = require("node:assert");
const http = require("node:http");
const test = require("node:test");

test("this is version 18", () => assert.match(process.version, /^v18\./));

test("a server on localhost answers", async () => {
  const server = http.createServer((_, answer) => answer.end("42")).listen(0, "127.0.0.1");
  await new Promise((listening) => server.on("listening", listening));
  const answer = await fetch(`http://127.0.0.1:${server.address().port}/`);
  assert.strictEqual(await answer.text(), "42");
  server.close();
});
