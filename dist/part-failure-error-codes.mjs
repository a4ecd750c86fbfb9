import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);
var a={transient_infra:`rate_limit rate_limited too_many_requests overloaded server internal_server api service_unavailable unavailable
    bad_gateway gateway_timeout timeout request_timeout timed_out stage_timeout tool_timeout idle_timeout stall stalled connection network
    dns stream stream_closed stream_disconnected lost runner_lost econnrefused econnreset etimedout eai_again epipe enetunreach ehostunreach
    provider_timeout provider_rate_limit provider_transport provider_stream_disconnect`,deterministic:`authentication unauthorized access_denied permission permission_denied forbidden invalid_request bad_request not_found
    model_not_found content_filter quota quota_exceeded billing unsupported configuration tool_loop repeated_tool_failure_loop
    repeated_malformed_tool_loop push_rejected merge_conflict status_contract missing_status invalid_status executable_missing
    provider_executable_missing provider_contract provider_model_unavailable no_failover enoent eacces enospc
    canceled cancelled abort aborted interrupted`,budget_exhausted:`turn_limit max_turns token_limit max_tokens context_length context_length_exceeded context_window budget
    budget_exceeded budget_exhausted cost_limit`,compilation_loop:"compilation_loop compile_loop",structural:"structural scope_violation write_scope_violation no_route unexpected_outcome"},o=new Map(Object.entries(a).flatMap(([t,e])=>e.split(/\s+/).map(i=>[i,t])));function r(t){let e=t.slice(0,80).trim().replace(/([a-z])([A-Z])/g,"$1_$2").toLowerCase().replace(/[\s.-]+/g,"_");return o.get(e)??o.get(e.replace(/_?error$/,""))??null}export{r as a};
