console.log("attractor");
