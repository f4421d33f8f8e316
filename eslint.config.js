import js from '@eslint/js';
import importX from 'eslint-plugin-import-x';
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';
import tseslint from 'typescript-eslint';

const every = [
  'model',
  'errors',
  'format',
  'storage-node',
  'node-api',
  'control-plane',
  'api-client',
  'cli',
  'console',
  'tools',
];

/** Which folders of src/ a folder may import, besides itself. This is the architecture; docs/architecture.md draws it. */
const mayImport = {
  model: [],
  errors: [],
  format: ['model', 'errors'],
  'node-api': ['model', 'errors'],
  'storage-node': ['format', 'node-api', 'model', 'errors'],
  'control-plane': ['node-api', 'model', 'errors'],
  'api-client': [],
  cli: ['api-client', 'errors'],
  console: ['api-client'],
};

/** Inside the storage node, from the network down to the disk: a folder may import those below it, never above. */
const layers = [['nbd', 'replication', 'admin'], ['group'], ['volume'], ['srl', 'dcm', 'activity'], ['device']];

const zones = [
  ...Object.entries(mayImport).map(([folder, allowed]) => ({
    target: `./src/${folder}`,
    from: every.filter((other) => other !== folder && !allowed.includes(other)).map((other) => `./src/${other}`),
    message: `${folder} may import: ${allowed.join(', ') || 'nothing of ours'}`,
  })),
  {
    target: './samples',
    from: every.filter((folder) => folder !== 'api-client').map((folder) => `./src/${folder}`),
    message: 'samples may import: api-client',
  },
  ...layers.flatMap((layer, index) =>
    layer.map((folder) => ({
      target: `./src/storage-node/${folder}`,
      from: [
        ...layers
          .slice(0, index)
          .flat()
          .map((above) => `./src/storage-node/${above}`),
        ...layer.filter((beside) => beside !== folder).map((beside) => `./src/storage-node/${beside}`),
      ],
      message: 'inside storage-node: nbd, replication, admin → group → volume → srl, dcm, activity → device',
    })),
  ),
];

/** Nothing of the control plane's world may enter the daemon or the pure folders. */
const withoutControlPlaneLibraries = {
  patterns: [
    {
      group: ['@nestjs/*', 'typeorm', 'pg', 'pg-boss', 'class-validator', 'class-transformer'],
      message: 'only the control plane uses this',
    },
  ],
};

const handedIn =
  'time and chance are handed in (config/clock.ts, config/random.ts), so that a simulation replays a seed';

export default tseslint.config(
  { ignores: ['dist', 'node_modules', 'coverage', 'openapi', '.evenkeel'] },
  js.configs.recommended,
  ...tseslint.configs.recommended,
  {
    files: ['**/*.ts'],
    plugins: { 'import-x': importX },
    settings: { 'import-x/resolver-next': [createTypeScriptImportResolver({ project: './tsconfig.json' })] },
    rules: {
      'import-x/no-restricted-paths': ['error', { zones }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', caughtErrorsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': 'off',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
    },
  },
  {
    files: ['src/model/**', 'src/errors/**', 'src/format/**', 'src/node-api/**', 'src/storage-node/**'],
    rules: { 'no-restricted-imports': ['error', withoutControlPlaneLibraries] },
  },
  {
    files: ['data-path.ts', '{activity,dcm,group,replication,snapshot,srl,volume}/**'].map(
      (at) => `src/storage-node/${at}`,
    ),
    ignores: ['**/*.spec.ts'],
    rules: {
      'no-restricted-globals': [
        'error',
        ...['setTimeout', 'setInterval', 'setImmediate', 'performance'].map((name) => ({ name, message: handedIn })),
      ],
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: handedIn },
        { object: 'Math', property: 'random', message: handedIn },
      ],
      'no-restricted-syntax': [
        'error',
        { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: handedIn },
        { selector: 'CallExpression[callee.name=/^random(Bytes|UUID)$/]', message: handedIn },
      ],
    },
  },
  { files: ['**/*.mjs', '**/*.js'], languageOptions: { globals: { process: 'readonly', console: 'readonly' } } },
);
