/** CXDB's binary protocol, by which the published server takes what is written: one connection, one request at a time. */
import { connect, type Socket } from "node:net";
import { messageOf } from "../message-of.ts";
import { blake3 } from "./blake3.ts";
import { type Frame, fieldReader, frameReader, KIND, sized, u32, u64, writeFrame } from "./frame.ts";
import { CxdbError, type CxdbHead, type CxdbTransport } from "./port.ts";
import { seqIn, TYPE_ID, TYPE_VERSION, turnBytes } from "./turn.ts";

const TIMEOUT_MS = 10_000;
const MSGPACK = 1;
const UNCOMPRESSED = 0;
const HASH = 32;

export async function binaryTransport(address: string, tag: string): Promise<CxdbTransport> {
  const { host, port } = parsed(address);
  const socket = connect({ host, port });
  const wire = wireOn(socket, address);
  await wire.connected;
  await wire.ask(KIND.hello, helloOf(tag));
  const headOf = (payload: Buffer): CxdbHead => {
    const fields = fieldReader(payload);
    return { contextId: fields.u64(), turnId: fields.u64() };
  };
  return {
    create: async () => headOf(await wire.ask(KIND.create, u64("0"))),
    fork: async (turnId) => headOf(await wire.ask(KIND.fork, u64(turnId))),
    last: async (contextId) =>
      lastOf(await wire.ask(KIND.last, Buffer.concat([u64(contextId), u32(1), u32(1)]))),
    async append(contextId, parent, turn) {
      const content = turnBytes(turn);
      const answer = await wire.ask(
        KIND.append,
        Buffer.concat([
          ...[u64(contextId), u64(parent), sized(Buffer.from(TYPE_ID)), u32(TYPE_VERSION)],
          ...[u32(MSGPACK), u32(UNCOMPRESSED), u32(content.length), blake3(content)],
          ...[sized(content), sized(Buffer.from(`${turn.runId}/${turn.seq}`))],
        ]),
      );
      const fields = fieldReader(answer);
      fields.u64();
      return fields.u64();
    },
    close: () => socket.destroy(),
  };
}

function parsed(address: string): { readonly host: string; readonly port: number } {
  const [, host, port] =
    /^(?:\[([^\]]+)\]|([^:]+)):(\d+)$/.exec(address)?.filter((part) => part !== undefined) ?? [];
  if (host === undefined || port === undefined) throw new CxdbError(`${address} is no HOST:PORT`);
  return { host, port: Number(port) };
}

function helloOf(tag: string): Buffer {
  const name = Buffer.from(tag, "utf8");
  const head = Buffer.alloc(4);
  head.writeUInt16LE(1, 0);
  head.writeUInt16LE(name.length, 2);
  return Buffer.concat([head, name, u32(0)]);
}

function lastOf(payload: Buffer): { turnId: string; seq: number } {
  const fields = fieldReader(payload);
  if (fields.u32() === 0) return { turnId: "0", seq: 0 };
  const turnId = fields.u64();
  fields.u64();
  fields.u32();
  const type = fields.sized().toString("utf8");
  for (let at = 0; at < 4; at++) fields.u32();
  fields.skip(HASH);
  const seq = type === TYPE_ID ? seqIn(fields.sized()) : null;
  if (seq === null) throw new CxdbError(`the newest turn is a ${type}, which this run did not write`);
  return { turnId, seq };
}

interface Waiting {
  readonly request: bigint;
  readonly done: (frame: Frame) => void;
  readonly failed: (error: Error) => void;
}

function wireOn(socket: Socket, address: string) {
  const read = frameReader();
  let waiting: Waiting | null = null;
  let request = 0n;
  let broken: Error | null = null;
  const fail = (why: string): void => {
    broken ??= new CxdbError(`${address} ${why}`);
    waiting?.failed(broken);
    waiting = null;
    socket.destroy();
  };
  socket.setTimeout(TIMEOUT_MS, () => waiting && fail(`did not answer within ${TIMEOUT_MS / 1000} s`));
  socket.setNoDelay(true);
  socket.on("data", (bytes) => {
    try {
      for (const frame of read(bytes)) if (frame.request === waiting?.request) waiting.done(frame);
    } catch (error) {
      fail(messageOf(error));
    }
  });
  socket.on("close", () => fail("closed the connection"));
  const connected = new Promise<void>((done, failed) => {
    socket.once("connect", done);
    socket.on("error", (error) => {
      fail(`cannot be reached: ${error.message}`);
      failed(broken);
    });
    const late = (): void => {
      if (!socket.connecting) return;
      fail("does not answer");
      failed(broken);
    };
    setTimeout(late, TIMEOUT_MS).unref();
  });
  return {
    connected,
    async ask(kind: number, payload: Buffer): Promise<Buffer> {
      if (broken) throw broken;
      request += 1n;
      const answer = await new Promise<Frame>((done, failed) => {
        waiting = { request, done, failed };
        socket.write(writeFrame(kind, request, payload));
      });
      waiting = null;
      if (answer.kind === kind) return answer.payload;
      throw new CxdbError(`${address} refused: ${refusal(answer)}`);
    },
  };
}

function refusal({ kind, payload }: Frame): string {
  if (kind !== KIND.error) return `it answered with a message of kind ${kind}`;
  const fields = fieldReader(payload);
  return `${fields.u32()} ${fields.sized().toString("utf8").slice(0, 300)}`;
}
