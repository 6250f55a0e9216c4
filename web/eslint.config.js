import stylistic from '@stylistic/eslint-plugin'
import vue from 'eslint-plugin-vue'
import ts from 'typescript-eslint'

const KEYS = 'Every keyboard rule is in src/keys.ts.'
const SEARCH = 'Take a template ref; only src/focus.ts searches the document.'
const PROPS = 'A component tells its parent by an event, and gets functions by provide and inject.'
const EFFECT = 'A module has no effect when it is imported: main.ts installs what listens and watches.'

const RESTRICTED = [
  { selector: 'MemberExpression[property.name="innerHTML"]', message: 'Texts are texts.' },
  { selector: 'Literal[value=/^key(down|up|press)$/]', message: KEYS },
  { selector: 'CallExpression[callee.property.name=/^(querySelector|getElement)/]', message: SEARCH },
  { selector: 'CallExpression[callee.name="defineProps"] TSFunctionType', message: PROPS },
]

export default ts.config(
  { ignores: ['dist', 'node_modules', '.cache', 'src/api/schema.d.ts', 'src/components.d.ts'] },
  ...ts.configs.strictTypeChecked,
  ...ts.configs.stylisticTypeChecked,
  ...vue.configs['flat/recommended'],
  stylistic.configs.customize({ arrowParens: true, braceStyle: '1tbs', quoteProps: 'as-needed' }),
  {
    languageOptions: {
      parserOptions: {
        parser: ts.parser,
        projectService: { allowDefaultProject: ['*.config.js', '.dependency-cruiser.js'] },
        extraFileExtensions: ['.vue'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
  },
  {
    rules: {
      'max-lines': ['error', 400],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
      '@stylistic/max-len': ['error', { code: 120, ignoreUrls: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      'no-restricted-syntax': ['error', ...RESTRICTED],
      'vue/multi-word-component-names': 'error',
      'vue/no-v-html': 'error',
      'vue/no-static-inline-styles': 'error', // the page's policy forbids them
      'vue/block-order': ['error', { order: ['script', 'template', 'style'] }],
      'vue/max-lines-per-block': ['error', { template: 110, script: 110, skipBlankLines: true }],
      'vue/max-attributes-per-line': ['error', { singleline: 6 }],
      'vue/singleline-html-element-content-newline': 'off',
      'vue/html-self-closing': ['error', { html: { void: 'never', normal: 'always', component: 'always' } }],
    },
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/main.ts'],
    rules: {
      'no-restricted-syntax': [
        'error', ...RESTRICTED, { selector: 'Program > ExpressionStatement', message: EFFECT },
      ],
    },
  },
  { files: ['src/keys.ts', 'src/focus.ts', 'src/**/*.test.ts'], rules: { 'no-restricted-syntax': 'off' } },
  { files: ['**/*.test.ts'], rules: { 'max-lines-per-function': 'off' } },
  { files: ['*.config.js', '.dependency-cruiser.js'], ...ts.configs.disableTypeChecked },
)
