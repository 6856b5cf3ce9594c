// The offline seal: base45, CBOR and COSE_Sign1 with Ed25519, as documents/seal.py writes them.

import { verifyAsync } from "../vendor/ed25519.js";

const PREFIX = "CV1:";
const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
const EPOCH = Date.UTC(2020, 0, 1);
const DAY = 86400000;

export class NoSeal extends Error {}
export class Broken extends Error {}
export class UnknownKey extends Error {}

function unbase45(text) {
  const digits = [...text].map((character) => ALPHABET.indexOf(character));
  if (digits.includes(-1) || digits.length % 3 === 1) throw new Broken();
  const bytes = [];
  for (let at = 0; at < digits.length; at += 3) {
    const [a, b, c] = digits.slice(at, at + 3);
    const whole = c !== undefined;
    const value = a + 45 * b + 2025 * (c ?? 0);
    if (value > (whole ? 0xffff : 0xff)) throw new Broken();
    if (whole) bytes.push(value >> 8);
    bytes.push(value & 0xff);
  }
  return Uint8Array.from(bytes);
}

// As much of CBOR as a seal has: whole numbers, byte and text strings, lists, maps and tags.
function cbor(bytes) {
  let at = 0;
  const text = new TextDecoder("utf-8", { fatal: true });
  function take(count) {
    if (at + count > bytes.length) throw new Broken();
    at += count;
    return bytes.subarray(at - count, at);
  }
  function value() {
    const [first] = take(1);
    const kind = first >> 5;
    let size = first & 31;
    if (size > 26) throw new Broken();
    if (size > 23) size = take(2 ** (size - 24)).reduce((sum, byte) => sum * 256 + byte, 0);
    switch (kind) {
      case 0: return size;
      case 1: return -1 - size;
      case 2: return take(size);
      case 3: return text.decode(take(size));
      case 4: return Array.from({ length: size }, value);
      case 5: return new Map(Array.from({ length: size }, () => [value(), value()]));
      case 6: return { tag: size, value: value() };
      default: throw new Broken();
    }
  }
  const found = value();
  if (at !== bytes.length) throw new Broken();
  return found;
}

function byteString(bytes) {
  const head = bytes.length < 24 ? [0x40 + bytes.length] : [0x58, bytes.length];
  return [...head, ...bytes];
}

function toSign(protectedHeader, payload) {
  const context = [...new TextEncoder().encode("Signature1")];
  return Uint8Array.from([0x84, 0x60 + context.length, ...context, ...byteString(protectedHeader), 0x40, ...byteString(payload)]);
}

function hex(bytes) {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function unhex(text) {
  return Uint8Array.from(text.match(/../g), (pair) => parseInt(pair, 16));
}

// What a code seals; `keys` are public keys by their ids, in hexadecimal. Throws NoSeal, Broken or UnknownKey, and
// another error where the browser gives no means (a page without HTTPS).
export async function open(code, keys) {
  if (!code.startsWith(PREFIX)) throw new NoSeal();
  let signedBy, signature, message, said;
  try {
    const outer = cbor(unbase45(code.slice(PREFIX.length)));
    const [protectedHeader, unprotected, payload, found] = outer.value;
    const algorithm = cbor(protectedHeader);
    if (outer.tag !== 18 || algorithm.size !== 1 || algorithm.get(1) !== -8) throw new Broken();
    signedBy = keys.get(hex(unprotected.get(4)));
    signature = found;
    message = toSign(protectedHeader, payload);
    said = cbor(payload);
  } catch {
    throw new Broken();
  }
  if (!signedBy) throw new UnknownKey();
  if (!globalThis.crypto?.subtle) throw new Error("no cryptography without HTTPS");
  if (!(await verifyAsync(signature, message, unhex(signedBy)).catch(() => false))) throw new Broken();
  return {
    case_number: said.get(1),
    filed_on: new Date(EPOCH + said.get(2) * DAY),
    station: said.get(3),
    statement: hex(said.get(4)),
  };
}
