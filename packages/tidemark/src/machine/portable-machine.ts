import { hmac } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, hexToBytes, randomBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import { deflateSync, inflateSync, strFromU8 } from 'fflate/browser'
import type { Machine } from './machine.ts'

/** By JavaScript alone, so that it runs wherever that does; random numbers are the platform's (`crypto.getRandomValues`). */
export const portableMachine: Machine = {
  sha256: (text) => sha256(utf8ToBytes(text)).slice(0, 16),
  eventDigest: (text, bytes) => sha256(utf8ToBytes(text)).slice(0, bytes),
  hmacHex: (keyHex, text) => bytesToHex(hmac(sha256, hexToBytes(keyHex), utf8ToBytes(text))),
  deflate: (text) => deflateSync(utf8ToBytes(text)),
  inflate: (bytes) => strFromU8(inflateSync(bytes)),
  randomHex: (bytes) => bytesToHex(randomBytes(bytes)),
}
