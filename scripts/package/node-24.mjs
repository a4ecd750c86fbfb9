// The first import of each entry of the library: on an older Node what follows would end in a function that is not there.
if (Number(process.versions.node.split(".")[0]) < 24)
  throw new Error(
    `attractor needs Node 24 or newer, and this is ${process.versions.node}: start your program with \`npx node FILE\`, which is the Node that the package "node" brings`,
  );
