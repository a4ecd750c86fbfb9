/** A graph of sixty stages with every kind of stage and edge, as large as people still want to look at. */
const PARTS = ["parser", "planner", "storage", "network", "interface", "billing", "search", "reports"];

function branch(part: string): string {
  return `
    subgraph cluster_${part} {
        label="${part[0]!.toUpperCase()}${part.slice(1)}"
        impl_${part}   [label="Implement the ${part}", class=work, prompt="Implement the ${part}; write the status file."]
        test_${part}   [shape=parallelogram, label="Test ${part}", tool_command="make -C ${part} test"]
        check_${part}  [shape=diamond, label="${part} good?"]
    }
    fan -> impl_${part} -> test_${part} -> check_${part}
    check_${part} -> join [condition="outcome=success"]
    check_${part} -> impl_${part} [label="again", condition="outcome!=success"]`;
}

function phase(name: string, title: string, to: string): string {
  return `
    impl_${name}   [label="${title}", class=work, prompt="${title}; write the status file."]
    verify_${name} [label="Verify: ${title.toLowerCase()}", class=check, prompt="Check it; write the status file."]
    check_${name}  [shape=diamond, label="${title}: good enough to go on?"]
    impl_${name} -> verify_${name} -> check_${name}
    check_${name} -> ${to} [label="Good", condition="outcome=success"]
    check_${name} -> impl_${name} [condition="outcome!=success && context.failure_class=transient_infra", loop_restart=true, weight=1]
    check_${name} -> impl_${name} [label="Again", condition="outcome!=success"]`;
}

export const SIXTY = `digraph sixty {
    graph [label="Release train", goal="Bring eight parts and their integration to a release", max_node_visits=9]
    start [shape=Mdiamond, label="Start"]
    exit  [shape=Msquare, label="Released"]
    tools [shape=parallelogram, label="Toolchain there?", tool_command="make --version"]
    start -> tools
    tools -> impl_spec [condition="outcome=success"]
    tools -> exit [label="Tools missing", condition="outcome!=success"]
${phase("spec", "Write the specification", "impl_design")}
${phase("design", "Design the parts", "agree")}
    agree [shape=hexagon, label="Does the design hold for all eight parts?", human.default_choice="[R] Redo the design"]
    agree -> impl_scaffold [label="[G] Go ahead"]
    agree -> impl_design [label="[R] Redo the design"]
${phase("scaffold", "Lay the scaffold", "fan")}
    fan  [shape=component, label="Eight parts at once", max_parallel=8]
    join [shape=tripleoctagon, label="Join the parts", merge=all]
${PARTS.map(branch).join("\n")}
    join -> impl_integration
    join -> exit [label="All parts failed", condition="outcome=fail"]
${phase("integration", "Integrate", "watch")}
    watch [shape=house, label="Run the long soak test", stack.child_dotfile="soak.dot", manager.max_cycles=200]
    notes  [shape=parallelogram, label="Keep the soak's numbers", tool_command="make soak-report"]
    soaked [shape=diamond, label="Held for a day?"]
    watch -> notes -> soaked
    soaked -> impl_docs [condition="outcome=success"]
    soaked -> impl_integration [label="Broke", condition="outcome!=success && context.failure_class!=canceled"]
    soaked -> exit [label="Stopped", condition="outcome!=success"]
${phase("docs", "Write the documentation", "impl_pilot")}
${phase("pilot", "Serve the first users", "impl_package")}
${phase("package", "Package", "release")}
    release [shape=hexagon, label="Release?"]
    publish [shape=parallelogram, label="Publish", tool_command="make publish"]
    undo    [shape=parallelogram, label="Take it back", tool_command="make withdraw"]
    published [shape=diamond, label="Everywhere?"]
    tidy    [shape=parallelogram, label="Tidy up", tool_command="make clean"]
    tidied  [shape=diamond, label="Clean?"]
    release -> publish [label="[Y] Yes"]
    release -> impl_docs [label="[D] The documentation is not there yet"]
    publish -> published
    published -> tidy [condition="outcome=success"]
    published -> undo [label="Half done", condition="outcome!=success"]
    undo -> tidied
    tidy -> tidied
    tidied -> exit [label="Yes", condition="outcome=success"]
    tidied -> exit [label="No", condition="outcome!=success"]
}
`;
