// SPDX-License-Identifier: Apache-2.0
// The reference evaluator's decision in sentences, for the person who asks why.
#include <algorithm>

#include "policy/describe.h"
#include "policy/opaque.h"
#include "policy/reference.h"
#include "policy/schedule.h"
#include "policy/selector_text.h"
#include "policy/time_text.h"

namespace bulkhead::policy {
namespace {

// Longer policies are summed up: a person reads this.
constexpr size_t kMaxNearMisses = 5;

class Explainer {
 public:
  Explainer(const Policy& policy, const AccessRequest& request)
      : policy_(policy), request_(request) {
    AccessRequest asked = request;
    const OperationMemory met = limits_met(request);
    if (asked.memory == nullptr) asked.memory = &met;
    out_.decision = evaluate(policy, asked);
  }

  Explanation run() {
    from_ = identify(request_.source, "source");
    to_ = identify(request_.destination, "destination");
    if (from_ != nullptr && to_ != nullptr) {
      vetoes();
      relationships();
    }
    conclude();
    suggest();
    return std::move(out_);
  }

 private:
  void say(std::string sentence) { out_.steps.push_back(std::move(sentence)); }
  void say_reading_on() {
    if (out_.decision.reads_on)
      say("In a flow that was open before the end, reading goes on (on_end: read_only).");
  }

  const Identity* identify(const std::string& name, const char* role) {
    for (const auto& identity : policy_.identities) {
      if (identity.name != name) continue;
      say(std::string("The ") + role + ' ' + describe(identity) + '.');
      return &identity;
    }
    say(std::string("The ") + role +
        (name.empty() ? " is bound to no identity"
                      : " '" + name + "' is no identity of this policy") +
        ": it is denied whatever it asks.");
    return nullptr;
  }

  void vetoes() {
    size_t others = 0;
    for (const auto& veto : policy_.vetoes) {
      if (!matches(veto.from, *from_) || !matches(veto.to, *to_)) {
        ++others;
        continue;
      }
      std::string classes;
      for (const auto cls : veto.operations)
        classes += (classes.empty() ? "" : ", ") + std::string(to_string(cls));
      say("Veto '" + veto.name + "' forbids " + (classes.empty() ? "everything" : classes) +
          " between the two" +
          (classes.empty() ? "." : ", and every tcp and udp service that could carry it unseen."));
    }
    if (others > 0)
      say(std::to_string(others) + (others == 1 ? " veto does" : " vetoes do") +
          " not concern this pair.");
  }

  void relationships() {
    std::vector<const Relationship*> sorted;
    for (const auto& r : policy_.relationships) sorted.push_back(&r);
    std::sort(sorted.begin(), sorted.end(),
              [](const auto* a, const auto* b) { return a->name < b->name; });
    size_t joining = 0;
    for (const auto* r : sorted) {
      if (!matches(r->from, *from_) || !matches(r->to, *to_)) continue;
      ++joining;
      relationship(*r);
    }
    if (joining > 0) return;
    say("None of the " + std::to_string(sorted.size()) + " relationships and grants joins " +
        from_->name + " to " + to_->name + '.');
    near_misses(sorted);
  }

  void near_misses(const std::vector<const Relationship*>& sorted) {
    size_t told = 0;
    for (const auto* r : sorted) {
      const bool from = matches(r->from, *from_);
      const bool to = matches(r->to, *to_);
      const bool reversed = matches(r->from, *to_) && matches(r->to, *from_);
      if ((!from && !to && !reversed) || told++ >= kMaxNearMisses) continue;
      say(title(*r) + (reversed ? " joins them the other way round: it lets " + to_->name +
                                      " ask " + from_->name + '.'
                       : from ? " matches the source, but not the destination."
                              : " matches the destination, but not the source."));
    }
  }

  static std::string title(const Relationship& r) {
    return (r.is_grant ? "Grant '" : "Relationship '") + r.name + '\'';
  }

  void relationship(const Relationship& r) {
    std::string opens;
    const Service* asked = nullptr;
    for (const auto& service : r.services) {
      opens += (opens.empty() ? "" : ", ") + describe(service);
      if (asked == nullptr && covers(service)) asked = &service;
    }
    std::string sentence = title(r) + " joins the two and opens " + opens;
    if (asked == nullptr)
      return say(sentence + ", not " + describe_service(request_.protocol, request_.port) + '.');
    if (r.break_glass && !opened(r)) return say(sentence + ", once two approvers open it.");
    if (!live(r))
      return say(sentence + ", but only " + describe_window(r) + "; asked at " +
                 time_text(request_.wall_ns) + '.');
    if (!any_open(r.schedules, request_.wall_ns))
      return say(sentence + ", but only " + policy::describe(r.schedules) + "; asked at " +
                 time_text(request_.wall_ns) + '.');
    if (asked->app == wire::App::kNone && request_.protocol == wire::ip_protocol::kTcp)
      sentence += "; a connection may carry " + carried(*asked);
    for (const auto& set : r.signatures) sentence += "; signatures '" + set + "' look at it";
    sentence += looked_at_for_whom(r);
    for (const auto& attribute : r.posture) sentence += "; who asks must be " + attribute;
    if (r.mode == Mode::kMonitor)
      sentence += "; it is in monitor mode: what it would deny is logged and passes";
    say(sentence + '.');
    if (request_.operation != nullptr && asked->app != wire::App::kNone) rules(*asked);
  }

  // Sets that are for one of the two, and that the relationship does not name.
  [[nodiscard]] std::string looked_at_for_whom(const Relationship& r) const {
    std::string out;
    for (const SignatureSet& set : policy_.signatures) {
      if (!set.for_whom || std::ranges::find(r.signatures, set.name) != r.signatures.end())
        continue;
      if (matches(*set.for_whom, *from_) || matches(*set.for_whom, *to_))
        out += "; signatures '" + set.name + "', for " + to_string(*set.for_whom) + ", look at it";
    }
    return out;
  }

  // What gateways tell from a connection's first bytes.
  [[nodiscard]] std::string carried(const Service& service) const {
    if (service.protocols == match::kAnyProtocol) return "anything";
    if (service.protocols != 0) return match::words_of(service.protocols) + " alone";
    const match::ProtocolMask usual = match::usual_on(request_.port);
    return usual == 0 ? "no IT protocol" : "no IT protocol but " + match::words_of(usual);
  }

  void rules(const Service& service) {
    if (request_.operation->opaque) return encrypted(service);
    say("The operation is " + describe(*request_.operation) + '.');
    if (service.allow.empty()) say("  It has no allow rule.");
    for (size_t i = 0; i < service.allow.size(); ++i) {
      const auto& rule = service.allow[i];
      const std::string reason = why_not(rule, *request_.operation);
      say("  allow[" + std::to_string(i) + "] (" + std::string(to_string(rule.cls)) + ") " +
          (reason.empty() ? "fits" + describe_limits(rule) : "does not fit: " + reason) + '.');
    }
  }

  void encrypted(const Service& service) {
    const wire::Operation& op = *request_.operation;
    say("It is encrypted: " + function_name(op.app, op.code) + " of " +
        std::string(to_string(op.app)) + '.');
    say(service.opaque ? "  What passes unread is " + policy::describe(*service.opaque) + '.'
                       : "  The service lets nothing pass unread.");
  }

  [[nodiscard]] bool covers(const Service& service) const {
    const uint8_t protocol = request_.protocol == wire::ip_protocol::kIcmpv6
                                 ? wire::ip_protocol::kIcmp
                                 : request_.protocol;
    if (service.protocol != protocol) return false;
    return protocol == wire::ip_protocol::kIcmp ||
           std::any_of(service.ports.begin(), service.ports.end(), [this](const NumberRange& r) {
             return r.first <= request_.port && request_.port <= r.last;
           });
  }

  [[nodiscard]] bool opened(const Relationship& r) const {
    return request_.opened != nullptr &&
           std::any_of(request_.opened->begin(), request_.opened->end(), [&](const Opened& o) {
             return o.grant == r.name && request_.wall_ns < o.until_wall_ns;
           });
  }
  [[nodiscard]] bool live(const Relationship& r) const {
    return request_.wall_ns >= r.from_wall_ns.value_or(INT64_MIN) &&
           request_.wall_ns < r.until_wall_ns.value_or(INT64_MAX);
  }

  void conclude() {
    const std::string by =
        out_.decision.relationship.empty() ? "" : " '" + out_.decision.relationship + '\'';
    switch (out_.decision.why) {
      case Why::kAllowed:
        return say("Allowed by" + by + '.');
      case Why::kMonitored:
        return say("Passes only because" + by + " is in monitor mode.");
      case Why::kVetoed:
        return say("Denied by veto" + by + ": nothing overrides a veto.");
      case Why::kExpired:
        say("Denied:" + by +
            (break_glass() ? " is break-glass, and closed." : " is outside of its time window."));
        return say_reading_on();
      case Why::kOutsideSchedule:
        say("Denied:" + by + " is outside of its schedule.");
        return say_reading_on();
      case Why::kPosture:
        say("Denied:" + by + " requires an attribute that " + from_->name + " does not hold.");
        return say_reading_on();
      case Why::kIsland:
        return say("Denied: one of the two is on an island where the other is not.");
      case Why::kLocked:
        return say("Denied: one of the two, or" + by + ", is locked.");
      case Why::kOperationDenied:
        return say("Denied: no rule of" + by + " allows this operation.");
      case Why::kValueOutOfRange:
        return say("Denied: a rule of" + by + " would allow this operation with another value.");
      case Why::kRateExceeded:
        return say("Denied: the rate of a rule of" + by + " is used up for the moment.");
      case Why::kValueStep:
        return say("Denied: a rule of" + by +
                   " allows smaller steps only, and none where the last value is not known.");
      case Why::kOpaqueSession:
        return say("Denied: it is encrypted, and" + by + " lets nothing pass unread there.");
      case Why::kTlsTerms:
        return say("Denied:" + by + " lets TLS pass, but not this version, or not to this server.");
      case Why::kNoRelationship:
        return say("Denied: no relationship opens " +
                   describe_service(request_.protocol, request_.port) + " between the two.");
      case Why::kUnknownSource:
        return say("Denied: the source is unknown.");
      case Why::kUnknownDestination:
        return say("Denied: the destination is unknown.");
    }
  }

  // --- what would allow it ---

  void suggest() {
    auto& hints = out_.would_allow;
    switch (out_.decision.why) {
      case Why::kAllowed:
      case Why::kMonitored:
        return;
      case Why::kUnknownSource:
        return hints.push_back(identity_yaml(request_.source));
      case Why::kUnknownDestination:
        return hints.push_back(identity_yaml(request_.destination));
      case Why::kNoRelationship:
        return hints.push_back(relationship_yaml());
      case Why::kExpired:
        return hints.push_back(window_hint());
      case Why::kOutsideSchedule:
        return hints.push_back("# widen when.schedule of '" + out_.decision.relationship +
                               "' so that it contains " + time_text(request_.wall_ns));
      case Why::kPosture:
        return hints.push_back("# say what is true of it: bulkhead posture set " + from_->name +
                               " ATTRIBUTE --for 8h");
      case Why::kIsland:
        return hints.push_back("# bulkhead release the island; `bulkhead state` names it");
      case Why::kLocked:
        return hints.push_back("# bulkhead unlock what is locked; `bulkhead state` names it");
      case Why::kOperationDenied:
        return rule_hints(false);
      case Why::kValueOutOfRange:
        return rule_hints(true);
      case Why::kRateExceeded:
        return hints.push_back("# time can; or a higher rate under relationships[" +
                               out_.decision.relationship + "].modbus.allow");
      case Why::kOpaqueSession:
        return hints.push_back("# under the service in relationships[" +
                               out_.decision.relationship + "]:\nopaque: allow\n");
      case Why::kTlsTerms:
        return hints.push_back("# opaque.tls of the service in relationships[" +
                               out_.decision.relationship + "]: min_version, server_name");
      case Why::kValueStep:
        return hints.push_back("# read the registers, then write in steps of max_step at most");
      case Why::kVetoed:
        return hints.push_back("# nothing can, while veto '" + out_.decision.relationship +
                               "' concerns this pair: narrow its from, to or operations");
    }
  }

  static std::string identity_yaml(const std::string& name) {
    return "identities:\n  - name: " + (name.empty() ? "NAME" : name) +
           "\n    bind: { gateway: GATEWAY, port: PORT, mac: MAC, ip: ADDRESS }  # fill in where "
           "it is "
           "attached\n";
  }

  [[nodiscard]] std::string relationship_yaml() const {
    if (unknown_class()) return "# no rule can: the operation is of no known class";
    return "relationships:\n  - name: " + from_->name + "-to-" + to_->name +
           "\n    from: " + from_->name + "\n    to: " + to_->name + '\n' +
           service_yaml(request_, "    ");
  }

  [[nodiscard]] bool unknown_class() const {
    const auto* op = request_.operation;
    const auto unknown = [](const wire::PointRange& range) {
      return range.access == wire::OperationClass::kUnspecified;
    };
    return op != nullptr && (op->cls == wire::OperationClass::kUnspecified ||
                             std::any_of(op->points.begin(), op->points.end(), unknown));
  }

  // The relationship that decided.
  [[nodiscard]] bool break_glass() const {
    return std::any_of(policy_.relationships.begin(), policy_.relationships.end(),
                       [this](const Relationship& r) {
                         return r.break_glass && r.name == out_.decision.relationship;
                       });
  }

  [[nodiscard]] std::string window_hint() const {
    if (break_glass())
      return "# in an emergency, two of its approvers: bulkhead break-glass request " +
             out_.decision.relationship;
    return "# extend the window of '" + out_.decision.relationship + "' so that it contains " +
           time_text(request_.wall_ns);
  }

  void rule_hints(bool with_values) {
    const auto& operation = *request_.operation;
    if (unknown_class()) {
      out_.would_allow.push_back("# no rule can: the operation is of no known class");
      return;
    }
    std::string out = "# under relationships[" + out_.decision.relationship + "].modbus.allow:\n";
    for (const auto& rule : rules_for(operation, with_values)) out += "- " + rule + '\n';
    out_.would_allow.push_back(out);
  }

  const Policy& policy_;
  const AccessRequest& request_;
  const Identity* from_ = nullptr;
  const Identity* to_ = nullptr;
  Explanation out_;
};

}  // namespace

Explanation explain(const Policy& policy, const AccessRequest& request) {
  return Explainer(policy, request).run();
}

}  // namespace bulkhead::policy
