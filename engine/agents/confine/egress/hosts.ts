/** Which hosts are meant by a list of names, and which addresses are nobody's to reach. Pure. */
import net, { type BlockList, isIP } from "node:net";
import { once } from "../../../once.ts";

/** `*.example.org` is every name below it, and not itself. */
export function allows(hosts: readonly string[], asked: string): boolean {
  const host = asked.toLowerCase().replace(/\.$/, "");
  return hosts.some((pattern) => {
    const name = pattern.toLowerCase();
    return name.startsWith("*.")
      ? host.endsWith(name.slice(1)) && host.length > name.length - 1
      : host === name;
  });
}

interface Refused {
  readonly own: BlockList;
  /** Of the machine's own link, where clouds give out keys. */
  readonly link: BlockList;
}

/** Made when first asked for: few runs have an agent that is shut in, and no snapshot can hold them. */
const refused = once((): Refused => {
  const [own, link] = [new net.BlockList(), new net.BlockList()];
  own.addSubnet("127.0.0.0", 8);
  own.addSubnet("0.0.0.0", 8);
  own.addAddress("::1", "ipv6");
  own.addAddress("::", "ipv6");
  link.addSubnet("169.254.0.0", 16);
  link.addSubnet("fe80::", 10, "ipv6");
  link.addAddress("fd00:ec2::254", "ipv6");
  return { own, link };
});

/** A name that is on the list may still lead here. `asked`: what was named; the machine itself only by its own name. */
export function refusedAddress(asked: string, address: string): boolean {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, "");
  const family = isIP(plain) === 6 ? "ipv6" : "ipv4";
  const { own, link } = refused();
  if (link.check(plain, family)) return true;
  return own.check(plain, family) && !(asked === "localhost" || isIP(asked) !== 0);
}
