/** The first file of a zip archive that `isWanted`. The archive is neither encrypted nor larger than 4 GB. */
export function readZipEntry(archive: Buffer, isWanted: (name: string) => boolean): Buffer;
