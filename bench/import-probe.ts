// A process: prints how many milliseconds the import of one module takes, for rules.ts. The argument is its URL.
const begun = performance.now()
await import(process.argv[2] ?? '')
console.log(performance.now() - begun)
