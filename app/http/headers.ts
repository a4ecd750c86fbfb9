/** What a delivery of GitHub looks like before its body is read: whoever does not even claim to be one is not listened to. */
export interface DeliveryHeaders {
  readonly id: string;
  readonly name: string;
  readonly signature: string;
}

type Headers = Readonly<Record<string, string | string[] | undefined>>;

export function deliveryHeaders(headers: Headers): DeliveryHeaders | null {
  const text = (name: string): string => String(headers[name] ?? "");
  const id = text("x-github-delivery");
  const name = text("x-github-event");
  const signature = text("x-hub-signature-256");
  return /^[\w-]{1,100}$/.test(id) && /^[a-z_]{1,60}$/.test(name) && /^sha256=[0-9a-f]{64}$/.test(signature)
    ? { id, name, signature }
    : null;
}
