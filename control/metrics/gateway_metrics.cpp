// SPDX-License-Identifier: Apache-2.0
#include "metrics/gateway_metrics.h"

#include "metrics/family.h"

namespace bulkhead::control {

namespace {

constexpr double kNs = 1e9;

double seconds(uint64_t from_ns, uint64_t to_ns) {
  return to_ns > from_ns ? static_cast<double>(to_ns - from_ns) / kNs : 0;
}

// "inspector_full, scan_full"
std::vector<std::string> causes_in(const std::string& list) {
  std::vector<std::string> causes;
  for (size_t at = 0; at < list.size();) {
    const size_t end = std::min(list.find(", ", at), list.size());
    causes.push_back(list.substr(at, end - at));
    at = end + 2;
  }
  return causes;
}

void add_control(Families& all, const Parts& parts, const GatewayFacts& facts) {
  add(add_gauge(all, "bulkhead_build_info", "1; the labels name gateway and release of control."),
      1.0, {{"gateway", parts.config.gateway}, {"version", BULKHEAD_VERSION}});
  gauge(all, "bulkhead_control_start_timestamp_seconds", "When control started.",
        static_cast<double>(parts.started_wall_ns) / kNs);
  gauge(all, "bulkhead_facts_age_seconds",
        "Age of what is said of dataplane, policy, peers and store.",
        seconds(facts.read_steady_ns, parts.clock.now().steady_ns));
  if (facts.certificate_not_after != 0)
    gauge(all, "bulkhead_certificate_expiry_timestamp_seconds",
          "When the gateway's own certificate ends.",
          static_cast<double>(facts.certificate_not_after));
  gauge(all, "bulkhead_store_bytes", "Size of control's store.",
        static_cast<double>(facts.store_bytes));
  counter(all, "bulkhead_audit_entries_total", "Entries of the audit log.", facts.audit_entries);
}

void add_policy(Families& all, const GatewayFacts& facts) {
  gauge(all, "bulkhead_policy_generation_wanted",
        "Generation of the policy in control's store; 0: none.",
        static_cast<double>(facts.stored_generation));
  add(add_gauge(all, "bulkhead_policy_on_trial", "1 while the policy in force waits for confirm."),
      facts.on_trial);
  add(add_gauge(all, "bulkhead_policy_push_failed",
                "1 while the stored policy cannot be installed."),
      facts.push_failed);
  if (!facts.hello) return;
  gauge(all, "bulkhead_policy_generation_obeyed",
        "Generation that the dataplane enforces; 0: none, all is denied.",
        static_cast<double>(facts.dataplane.generation));
  add(add_gauge(all, "bulkhead_policy_in_step", "1 if the dataplane obeys the stored policy."),
      facts.in_step);
}

void add_dataplane(Families& all, const GatewayFacts& facts) {
  add(add_gauge(all, "bulkhead_dataplane_connected", "1 while the dataplane answers control."),
      facts.hello.has_value());
  if (!facts.hello) return;
  const ipc::DataplaneStatus& status = facts.dataplane;
  add(add_gauge(all, "bulkhead_dataplane_info", "1; the labels name release and worker mode."), 1.0,
      {{"version", facts.hello->version}, {"worker_mode", status.worker_mode}});
  gauge(all, "bulkhead_dataplane_uptime_seconds", "Since the dataplane started.",
        static_cast<double>(status.uptime_ns) / kNs);
  gauge(all, "bulkhead_dataplane_workers", "Workers of the dataplane.", facts.hello->workers);
  gauge(all, "bulkhead_break_glass_open", "Grants that are open by break-glass.",
        static_cast<double>(status.break_glass.size()));
  auto& open = add_gauge(all, "bulkhead_fails_open",
                         "1 for each failure that the operator lets pass (pass_and_mark).");
  for (const std::string& cause : causes_in(status.pass_and_mark))
    add(open, 1.0, {{"cause", cause}});
}

}  // namespace

std::vector<prometheus::MetricFamily> GatewayMetrics::Collect() const {
  const GatewayFacts facts = watch_.facts();
  Families all;
  add_control(all, watch_.parts(), facts);
  if (facts.read_steady_ns == 0) return all;
  add_policy(all, facts);
  add_dataplane(all, facts);
  return all;
}

}  // namespace bulkhead::control
