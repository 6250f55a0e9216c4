/** Which module may import which: run by `make web-check`. */
export default {
  forbidden: [
    {
      name: 'no-circles',
      comment: 'Modules that import each other, also by a type or at run time alone, cannot be read one by one.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'a-page-keeps-its-parts',
      comment: 'What two pages use belongs into src/ui or src/composables.',
      severity: 'error',
      from: { path: '^src/(pages/operators/[^/]+|pages/[^/]+|layout|ui|composables|api)/' },
      to: { path: '^src/pages/(operators/)?[^/]+/modules/', pathNot: '^src/$1/' },
    },
    {
      name: 'operators-apart',
      comment: 'The first load of an enterprise has nothing of the operators: others import it at run time.',
      severity: 'error',
      from: { pathNot: '^src/((pages|layout|ui|i18n)/operators/|api/operators-|architecture.test)' },
      to: { path: '^src/((pages|layout|ui|i18n)/operators/|api/operators-)', dependencyTypesNot: ['dynamic-import'] },
    },
    {
      name: 'the-api-knows-no-page',
      comment: 'Calls of the API know its words (i18n), and nothing of what shows them.',
      severity: 'error',
      from: { path: '^src/api/' },
      to: { path: '^src/', pathNot: '^src/(api|i18n)/' },
    },
    {
      name: 'nothing-unresolved',
      comment: 'Each import leads to a file or a declared package.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
  },
}
