/** What every page of runs is served with, on loopback and by the app: nothing from elsewhere, and no copy kept. */
import { createHash } from "node:crypto";
import { SVG_STYLE } from "../svg-style.ts";

/** `forms`: where a page may send what somebody fills in. */
export const pageHeaders = (forms: "'none'" | "'self'") => ({
  "content-security-policy": [
    "default-src 'none'",
    // The drawing brings its own style element; nothing else inline is let in.
    `style-src 'self' 'sha256-${createHash("sha256").update(SVG_STYLE).digest("base64")}'`,
    "script-src 'self'",
    "connect-src 'self'",
    "img-src 'self'",
    "base-uri 'none'",
    `form-action ${forms}`,
    "frame-ancestors 'none'",
  ].join("; "),
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "cache-control": "no-store",
  "cross-origin-resource-policy": "same-origin",
});
