/** A CXDB server's two wires over one store, as its source has them: what is wrong in a request is refused. */
import { createServer as createHttp } from "node:http";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { onTestFinished } from "vitest";
import { blake3 } from "../../engine/cxdb/blake3.ts";

export interface StoredTurn {
  readonly id: number;
  readonly parent: number;
  readonly depth: number;
  readonly type: string;
  /** By field number, or by name when it came over HTTP. */
  readonly data: Readonly<Record<string, string | number>>;
  readonly payload: Buffer;
}

class Refused extends Error {
  readonly code: number;
  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

export class Store {
  readonly turns = new Map<number, StoredTurn>();
  readonly contexts = new Map<number, { head: number; readonly base: number }>();
  readonly bundles = new Map<string, unknown>();
  readonly tags: string[] = [];

  create(base: number) {
    if (base !== 0 && !this.turns.has(base)) throw new Refused(404, "base turn");
    const id = this.contexts.size + 1;
    this.contexts.set(id, { head: base, base });
    return { id, head: base, depth: this.turns.get(base)?.depth ?? 0 };
  }

  append(
    context: number,
    parent: number,
    type: string,
    data: StoredTurn["data"],
    payload: Buffer,
  ): StoredTurn {
    const known = this.contexts.get(context);
    if (!known) throw new Refused(404, "context");
    const before = this.turns.get(parent === 0 ? known.head : parent);
    if (parent !== 0 && !before) throw new Refused(404, "parent turn");
    const id = this.turns.size + 1;
    const turn = { id, parent: before?.id ?? 0, depth: before ? before.depth + 1 : 0, type, data, payload };
    this.turns.set(id, turn);
    known.head = id;
    return turn;
  }

  /** The turns of a context that are its own, the oldest first. */
  own(context: number): StoredTurn[] {
    const { head, base } = this.contexts.get(context)!;
    const found: StoredTurn[] = [];
    for (let turn = this.turns.get(head); turn && turn.id !== base; turn = this.turns.get(turn.parent))
      found.unshift(turn);
    return found;
  }
}

export interface Double {
  readonly store: Store;
  readonly binary: string;
  readonly http: string;
  /** Closes the connection before this append is answered, once. */
  dropAfter(appends: number): void;
}

export async function cxdbDouble(): Promise<Double> {
  const store = new Store();
  let left = Number.POSITIVE_INFINITY;
  const drops = (): boolean => {
    left -= 1;
    return left === 0;
  };
  const tcp = createServer((socket) => serveBinary(socket, store, drops));
  const http = createHttp((request, response) => {
    let text = "";
    request.on("data", (chunk) => (text += chunk));
    request.on("end", () => {
      try {
        const body = serveHttp(request.method ?? "", request.url ?? "", text, store);
        response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
      } catch (error) {
        const code = error instanceof Refused ? error.code : 500;
        response.writeHead(code).end(JSON.stringify({ error: { code, message: (error as Error).message } }));
      }
    });
  });
  const ports: number[] = [];
  for (const server of [tcp, http]) {
    await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
    ports.push((server.address() as AddressInfo).port);
  }
  onTestFinished(() => {
    tcp.close();
    http.closeAllConnections();
    http.close();
  });
  return {
    store,
    binary: `127.0.0.1:${ports[0]}`,
    http: `http://127.0.0.1:${ports[1]}`,
    dropAfter: (appends) => {
      left = appends;
    },
  };
}

function serveBinary(socket: Socket, store: Store, drops: () => boolean): void {
  let rest = Buffer.alloc(0);
  socket.on("error", () => undefined);
  socket.on("data", (bytes) => {
    rest = Buffer.concat([rest, bytes]);
    while (rest.length >= 16 && rest.length >= 16 + rest.readUInt32LE(0)) {
      const end = 16 + rest.readUInt32LE(0);
      const [kind, request, payload] = [
        rest.readUInt16LE(4),
        rest.readBigUInt64LE(8),
        rest.subarray(16, end),
      ];
      rest = rest.subarray(end);
      const answer = (what: number, body: Buffer): void => {
        const head = Buffer.alloc(16);
        head.writeUInt32LE(body.length, 0);
        head.writeUInt16LE(what, 4);
        head.writeBigUInt64LE(request, 8);
        // In pieces, as networks deliver.
        socket.write(head);
        socket.write(body);
      };
      try {
        const body = answerTo(kind, payload, store);
        if (kind === 5 && drops()) return void socket.destroy();
        answer(kind, body);
      } catch (error) {
        const text = Buffer.from((error as Error).message);
        answer(
          255,
          Buffer.concat([u32(error instanceof Refused ? error.code : 500), u32(text.length), text]),
        );
      }
    }
  });
}

const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};
const u64 = (value: number): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
};

function answerTo(kind: number, payload: Buffer, store: Store): Buffer {
  let at = 0;
  const take = (length: number): Buffer => {
    if (at + length > payload.length) throw new Refused(400, "short");
    at += length;
    return payload.subarray(at - length, at);
  };
  const int = (): number => take(4).readUInt32LE();
  const long = (): number => Number(take(8).readBigUInt64LE());
  switch (kind) {
    case 1: {
      take(2);
      const tag = take(take(2).readUInt16LE()).toString();
      take(int());
      store.tags.push(tag);
      return Buffer.concat([u64(1), Buffer.from([1, 0])]);
    }
    case 2:
    case 3: {
      const { id, head, depth } = store.create(long());
      return Buffer.concat([u64(id), u64(head), u32(depth)]);
    }
    case 5: {
      const [context, parent] = [long(), long()];
      const type = take(int()).toString();
      const [version, encoding, compression, length] = [int(), int(), int(), int()];
      const hash = take(32);
      const content = Buffer.from(take(int()));
      const key = take(int()).toString();
      if (at !== payload.length) throw new Refused(400, "trailing bytes");
      if (encoding !== 1 || compression !== 0 || version !== 1) throw new Refused(422, "encoding");
      if (content.length !== length) throw new Refused(400, "uncompressed length mismatch");
      if (!hash.equals(Buffer.from(blake3(content)))) throw new Refused(400, "content hash mismatch");
      if (!/^[^/]+\/\d+$/.test(key)) throw new Refused(400, "idempotency key");
      const turn = store.append(context, parent, type, mapOf(content), content);
      return Buffer.concat([u64(context), u64(turn.id), u32(turn.depth), hash]);
    }
    case 6: {
      const context = store.contexts.get(long());
      if (!context) throw new Refused(404, "context");
      const turn = store.turns.get(context.head);
      if (!turn) return u32(0);
      const type = Buffer.from(turn.type);
      return Buffer.concat([
        ...[u32(1), u64(turn.id), u64(turn.parent), u32(turn.depth), u32(type.length), type],
        ...[u32(1), u32(1), u32(0), u32(turn.payload.length), Buffer.from(blake3(turn.payload))],
        ...[u32(turn.payload.length), turn.payload],
      ]);
    }
    default:
      throw new Refused(400, `unknown kind ${kind}`);
  }
}

/** msgpack, read by other code than wrote it. */
function mapOf(bytes: Buffer): Record<string, string | number> {
  let at = 1;
  const value = (): string | number => {
    const kind = bytes[at++]!;
    if (kind < 0x80) return kind;
    if (kind === 0xcf) {
      at += 8;
      return Number(bytes.readBigUInt64BE(at - 8));
    }
    if (kind !== 0xdb) throw new Refused(422, `msgpack ${kind}`);
    const length = bytes.readUInt32BE(at);
    at += 4 + length;
    return bytes.subarray(at - length, at).toString();
  };
  const count = bytes[0]! & 0x0f;
  const found = Object.fromEntries(Array.from({ length: count }, () => [String(value()), value()]));
  if (at !== bytes.length) throw new Refused(422, "msgpack has more");
  return found;
}

function serveHttp(method: string, url: string, text: string, store: Store): unknown {
  const body = text === "" ? {} : JSON.parse(text);
  const head = ({ id, head: turn, depth }: ReturnType<Store["create"]>) => ({
    context_id: String(id),
    head_turn_id: String(turn),
    head_depth: depth,
  });
  if (method === "POST" && /^\/v1\/contexts\/(?:create|fork)$/.test(url))
    return head(store.create(Number(body.base_turn_id)));
  const [, appended] = /^\/v1\/contexts\/(\d+)\/append$/.exec(url) ?? [];
  if (method === "POST" && appended !== undefined) {
    const turn = store.append(
      ...([Number(appended), Number(body.parent_turn_id ?? 0), body.type_id, body.data] as const),
      Buffer.alloc(0),
    );
    return { context_id: appended, turn_id: String(turn.id), depth: turn.depth };
  }
  const [, read] = /^\/v1\/contexts\/(\d+)\/turns\?limit=1$/.exec(url) ?? [];
  if (method === "GET" && read !== undefined) {
    const context = store.contexts.get(Number(read));
    if (!context) throw new Refused(404, "context");
    const turn = store.turns.get(context.head);
    const shown = turn && {
      turn_id: String(turn.id),
      depth: turn.depth,
      declared_type: { type_id: turn.type, type_version: 1 },
      data: turn.data,
    };
    return { turns: shown ? [shown] : [] };
  }
  const [, bundle] = /^\/v1\/registry\/bundles\/([\w-]+)$/.exec(url) ?? [];
  if (method === "PUT" && bundle !== undefined) {
    store.bundles.set(bundle, body);
    return {};
  }
  throw new Refused(404, "route");
}
