// What is used of the Durable client, in a module of its own: `import()` of a CommonJS package gives a bundle nothing but a default export.
export { OrchestrationRuntimeStatus, getClient } from 'durable-functions'
