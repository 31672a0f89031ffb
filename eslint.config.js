import eslint from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

const task = 'tasks/EcrPrivatePush/src';
/** What a room that stands for one outside system may import of the rest: these files of the task's root. */
const kernel = [
  'clock',
  'failure',
  'image-reference',
  'log',
  'network-fault',
  'registry-credentials',
  'retry',
  'secret',
];
const taskLibrary = {
  group: ['azure-pipelines-task-lib', 'azure-pipelines-task-lib/*'],
  message: 'Only agent/, inputs.ts and main.ts know Azure Pipelines.',
};

/** The rooms of outside systems know the kernel and themselves, and nothing of each other or of Azure Pipelines. */
const roomRules = ['aws', 'docker', 'network', 'registry', 'report'].flatMap((room) => [
  roomRule(room, `${task}/${room}/*.ts`, '\\.\\./'),
  roomRule(room, `${task}/${room}/*/*.ts`, '\\.\\./\\.\\./'),
]);

function roomRule(room, files, toTaskRoot) {
  const otherRooms = `^${toTaskRoot}(?!${room}/)[^/]+/`;
  const otherRootFiles = `^${toTaskRoot}(?!(${kernel.join('|')})\\.js$)[^/]+$`;
  const ofRooms = `${room}/ knows nothing of the other rooms; push-image.ts and steps/ bring them together.`;
  const ofRoot = `Of the task's root, ${room}/ may import the kernel only: ${kernel.join(', ')}.`;
  const patterns = [
    taskLibrary,
    { regex: otherRooms, message: ofRooms },
    { regex: otherRootFiles, message: ofRoot },
  ];
  // The rule above does not look at import().
  const lateImports = [
    { selector: importOf(otherRooms), message: ofRooms },
    { selector: importOf(otherRootFiles), message: ofRoot },
  ];
  return {
    files: [files],
    rules: {
      'no-restricted-imports': ['error', { patterns }],
      'no-restricted-syntax': ['error', ...lateImports],
    },
  };
}

function importOf(regex) {
  return `ImportExpression[source.value=/${regex.replaceAll('/', '\\/')}/]`;
}

export default defineConfig(
  globalIgnores(['build/', 'dist/', 'coverage/', '.cache/', 'scripts/demo/context/']),
  eslint.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      complexity: ['error', 10],
      eqeqeq: 'error',
      'max-lines': ['error', { max: 300 }],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
      'no-console': 'error',
    },
  },
  {
    files: ['**/*.js', '**/*.mjs'],
    languageOptions: { globals: { console: 'readonly', process: 'readonly', URL: 'readonly' } },
  },
  {
    files: [`${task}/*.ts`, `${task}/steps/**/*.ts`],
    rules: { 'no-restricted-imports': ['error', { patterns: [taskLibrary] }] },
  },
  { files: [`${task}/main.ts`, `${task}/inputs.ts`], rules: { 'no-restricted-imports': 'off' } },
  ...roomRules,
  {
    files: ['scripts/**/*.ts', 'test/**/*.ts'],
    rules: { 'no-console': 'off' },
  },
  {
    // A suite is one function, and reads as a list.
    files: ['test/**/*.test.ts'],
    rules: { 'max-lines': 'off', 'max-lines-per-function': 'off' },
  },
);
