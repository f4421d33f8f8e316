import type { Mutant } from './mutant.js';

/** One for each way in which acknowledged data could get lost unnoticed; in the order of a write's way. */
export const MUTANTS: readonly Mutant[] = [
  {
    name: 'a skipped fdatasync',
    file: 'src/storage-node/srl/group-commit.ts',
    find: 'const syncs = segments.map((segment) => this.io.datasync(segment.fd));',
    replace: 'const syncs: Promise<void>[] = [];',
    spec: 'src/storage-node/srl/srl-model.spec.ts',
    test: 'C60: holds what it was given, whatever is synced, freed, emptied, killed, damaged and lost with the power',
  },
  {
    name: 'CRC of a payload ignored',
    file: 'src/format/srl/record-parser.ts',
    find: 'if (!isPayloadIntact(entry)) {',
    replace: 'if (false) {',
    spec: 'src/format/srl/record.spec.ts',
    test: 'C06: notices every flipped bit, and gives the records before it',
  },
  {
    name: 'CRC of a record header ignored',
    file: 'src/format/srl/record.ts',
    find: "if (buffer.readUInt32BE(at + AT_HEADER_CRC) !== crc) return 'header checksum';",
    replace: 'void crc;',
    spec: 'src/format/srl/record.spec.ts',
    test: 'C06: notices every flipped bit, and gives the records before it',
  },
  {
    name: 'CRC of a segment header ignored',
    file: 'src/format/srl/segment.ts',
    find: "if (buffer.readUInt32BE(64) !== crc32OfRange(buffer, 0, 64)) return 'header checksum';",
    replace: '',
    spec: 'src/format/srl/segment.spec.ts',
    test: 'gives back its header, and names the fault of any other bytes',
  },
];
