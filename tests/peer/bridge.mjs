// Carries requests between Node's HTTP server and functions from Request to Response.

const MAX_BODY_BYTES = 1024 * 1024;

/** Serve `answer` on a free port of this machine and give the server once it listens. */
export async function listen(createServer, answer) {
  const server = createServer((incoming, outgoing) => {
    carry(incoming, outgoing, answer).catch((error) => {
      outgoing.writeHead(500, { "content-type": "application/json" });
      outgoing.end(JSON.stringify({ error: String(error?.stack ?? error) }));
    });
  });
  await new Promise((resolve, reject) => server.once("error", reject).listen(0, "127.0.0.1", resolve));
  return server;
}

/** Answer with JSON. */
export function json(value, status = 200) {
  return new Response(JSON.stringify(value), { status, headers: { "content-type": "application/json" } });
}

async function carry(incoming, outgoing, answer) {
  const response = await answer(await request(incoming));
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  outgoing.end(Buffer.from(await response.arrayBuffer()));
}

async function request(incoming) {
  const url = new URL(incoming.url, `http://${incoming.headers.host}`);
  const headers = new Headers();
  for (let i = 0; i < incoming.rawHeaders.length; i += 2) {
    headers.append(incoming.rawHeaders[i], incoming.rawHeaders[i + 1]);
  }
  const hasBody = incoming.method !== "GET" && incoming.method !== "HEAD";
  return new Request(url, { method: incoming.method, headers, body: hasBody ? await read(incoming) : undefined });
}

async function read(incoming) {
  const chunks = [];
  let size = 0;
  for await (const chunk of incoming) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw new Error("the body is too large");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
