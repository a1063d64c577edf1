// An S3 server that checks signatures, with one bucket, on a free port; prints the port.
// usage: node server.mjs NODE_MODULES_FOLDER DATA_FOLDER
import { createRequire } from 'node:module'

// Its router calls this method of Node.js 20; Debian 12 has 18.
Array.prototype.toReversed ??= function () {
  return [...this].reverse()
}

const [modules, directory] = process.argv.slice(2)
const S3rver = createRequire(`${modules}/x.js`)('@20minutes/s3rver')
const server = new S3rver({
  port: 0,
  address: '127.0.0.1',
  silent: true,
  directory,
  configureBuckets: [{ name: 'reports' }],
})
const { port } = await server.run()
console.log(port)
