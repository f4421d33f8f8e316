/** What marks a device as carrying somebody's data: offsets and bytes as in util-linux' libblkid. */
export interface BlockSignature {
  readonly name: string;
  readonly offset: number;
  readonly bytes: Buffer;
}

export const BLOCK_SIGNATURES: readonly BlockSignature[] = [
  signature('LUKS', 0, 'LUKS\xba\xbe'),
  signature('XFS', 0, 'XFSB'),
  signature('qcow2', 0, 'QFI\xfb'),
  signature('SquashFS', 0, 'hsqs'),
  signature('NTFS', 3, 'NTFS    '),
  signature('FAT', 54, 'FAT'),
  signature('FAT32', 82, 'FAT32'),
  signature('partition table (GPT)', 512, 'EFI PART'),
  signature('LVM', 512, 'LABELONE'),
  signature('partition table (DOS)', 510, '\x55\xaa'),
  signature('ext2, ext3 or ext4', 0x438, '\x53\xef'),
  signature('F2FS', 0x400, '\x10\x20\xf5\xf2'),
  signature('bcache or bcachefs', 0x1018, '\xc6\x85\x73\xf6\x4e\x1a\x45\xca'),
  signature('Linux RAID', 0x1000, '\xfc\x4e\x2b\xa9'),
  signature('Linux RAID', 0, '\xfc\x4e\x2b\xa9'),
  signature('swap', 4086, 'SWAPSPACE2'),
  signature('ISO 9660', 0x8001, 'CD001'),
  signature('Btrfs', 0x10040, '_BHRfS_M'),
  signature('ZFS', 0x20000, '\x0c\xb1\xba\x00\x00\x00\x00\x00'),
];

function signature(name: string, offset: number, bytes: string): BlockSignature {
  return { name, offset, bytes: Buffer.from(bytes, 'latin1') };
}
