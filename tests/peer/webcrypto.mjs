// Node before 19 has the Web Crypto API, but not under its usual name. Imported before everything that looks for it.

import { webcrypto } from "node:crypto";

globalThis.crypto ??= webcrypto;
