// SPDX-License-Identifier: Apache-2.0
// The policy as the operator wrote it, resolved to types but not yet to tables.
//
// One schema (docs/policy.md). Sources: YAML (policy/yaml.h). Consumers: the reference evaluator
// (policy/reference.h), the compiler (policy/compiler.h). Everything here is validated by
// policy::validate() before either consumer sees it.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/address.h"
#include "match/protocol.h"
#include "match/signature.h"
#include "wire/apps/operation.h"
#include "wire/frame.h"

namespace bulkhead::policy {

// Where in its file an object begins, for errors. Lines and columns count from 1.
struct Place {
  std::string file;
  int line = 0;
  int column = 0;

  // Where something is written is no part of what it says: objects are equal that say the same.
  friend bool operator==(const Place&, const Place&) noexcept { return true; }
};

enum class IdentityKind : uint8_t { kUnspecified = 0, kDevice, kUser, kService, kGateway };

// What the gateway enforces about an agentless device: all given parts must match.
struct Binding {
  std::string gateway;
  std::string port;               // zone port name at that gateway
  uint16_t vlan = wire::kNoVlan;  // kNoVlan: untagged
  MacAddress mac;
  IpAddress ip;  // unique over all identities

  bool operator==(const Binding&) const = default;
};

struct Identity {
  std::string name;
  IdentityKind kind = IdentityKind::kDevice;
  std::optional<Binding> bind;  // devices and services; users have none
  std::map<std::string, std::string> labels;
  Place place;

  bool operator==(const Identity&) const = default;
};

// All terms must hold. An empty selector matches nothing and is refused by validate().
struct SelectorTerm {
  enum class Kind : uint8_t { kIn, kNotIn, kExists, kName };
  Kind kind = Kind::kIn;
  std::string key;                  // unused for kName
  std::vector<std::string> values;  // kIn, kNotIn: label values; kName: identity names

  bool operator==(const SelectorTerm&) const = default;
};
struct Selector {
  std::vector<SelectorTerm> terms;
  bool any = false;  // only in a veto, where `from` or `to` is left out
  Place place;

  bool operator==(const Selector&) const = default;
};

struct NumberRange {
  uint64_t first = 0;
  uint64_t last = 0;  // inclusive

  bool operator==(const NumberRange&) const = default;
};

// Points that have names: those called `text`, or all whose names begin with it.
struct NamePattern {
  std::string text;
  bool prefix = false;
  std::optional<uint64_t> container;  // wire::PointWord; none: any

  auto operator<=>(const NamePattern&) const = default;
};

// At most `burst` at once, and `count` per so many seconds in the long run.
struct Rate {
  uint32_t count = 0;
  uint32_t seconds = 1;  // 1, 60 or 3600
  uint32_t burst = 0;
  constexpr auto operator<=>(const Rate&) const noexcept = default;
};

// One allow rule of an inspected protocol. An operation passes when each of its point ranges is
// covered by one rule whose class, functions, unit, points and values all fit.
struct OperationRule {
  wire::OperationClass cls = wire::OperationClass::kUnspecified;
  std::vector<uint32_t> functions;  // empty: every function of the class
  std::vector<NumberRange> units;   // empty: every unit
  std::map<wire::PointType, std::vector<NumberRange>>
      points;  // with `names` empty: every point; else only these types
  std::map<wire::PointType, std::vector<NamePattern>> names;
  std::optional<NumberRange> value;  // wire::value_key of each value written lies within; an
                                     // operation that writes values it does not carry (mask write)
                                     // does not fit
  std::optional<Rate> rate;          // of the operations that pass by this rule, each source and
                                     // destination for itself
  std::optional<uint32_t> max_step;  // each register written differs from its last known value by
                                     // no more; not known: does not fit
  Place place;

  [[nodiscard]] bool any_point() const { return points.empty() && names.empty(); }
  bool operator==(const OperationRule&) const = default;
};

// What an inspected service lets pass unread: TLS around the protocol, and what the protocol
// encrypts itself.
struct OpaqueTerms {
  static constexpr uint16_t kDefaultVersion = 0x0303;  // TLS 1.2
  uint16_t min_version = kDefaultVersion;              // of TLS, as on the wire
  std::vector<std::string> server_names;  // of TLS, in any case; one of them; empty: any, or none
  std::optional<Rate> rate;               // of records and messages of both ends

  bool operator==(const OpaqueTerms&) const = default;
};

// A transport service a relationship opens, inspected or opaque.
struct Service {
  uint8_t protocol = 0;  // ip_protocol::kTcp, kUdp; kIcmp stands for echo over both families
  std::vector<NumberRange> ports;    // empty for ICMP
  wire::App app = wire::App::kNone;  // kNone: opaque
  std::vector<OperationRule> allow;  // inspected services only
  // What an opaque TCP service carries, as identified; 0: whatever but IT protocols on ports that
  // are not theirs; kAnyProtocol: whatever.
  match::ProtocolMask protocols = 0;
  std::optional<OpaqueTerms> opaque{};  // inspected services only; none: nothing passes unread

  bool operator==(const Service&) const = default;
};

// What the asker of a refused operation gets.
enum class RefuseWith : uint8_t {
  kReset = 0,  // the end of the connection
  kDrop = 1,   // silence
  kException =
      2,  // the protocol's own words, and the connection goes on; a reset where it has none
};
enum class Mode : uint8_t { kEnforce = 0, kMonitor = 1 };
// What becomes of a live flow that loses its permission. A veto always cuts.
enum class OnEnd : uint8_t {
  kCut = 0,   // it ends at once
  kDrain,     // requests that passed may be answered, for a few seconds; inspected services only
  kReadOnly,  // once the window is over, its reads go on in open flows; inspected services only
};

// Open minutes of a week, by the clock on the wall of a zone (policy/schedule.h).
struct Schedule {
  std::string zone;               // "Europe/Berlin"
  std::vector<NumberRange> open;  // minutes since Monday 00:00 local time, in any order
  std::string text;               // as written

  bool operator==(const Schedule&) const = default;
};

// A person whose signature counts. The key is an Ed25519 public key (RFC 8032).
struct Approver {
  std::string name;
  std::array<uint8_t, 32> key{};

  bool operator==(const Approver&) const = default;
};

// Makes a grant one that is closed until any two of `approvers` have signed for it, and closed
// again when the time is over that they signed for. Locks and islands do not keep it closed; vetoes
// do.
struct BreakGlass {
  uint32_t longest_s = 0;
  std::vector<Approver> approvers;

  bool operator==(const BreakGlass&) const = default;
};

// Content signatures (docs/signatures.md), which relationships name; or which look at all that
// those send and get whom they are for.
struct SignatureSet {
  std::string name;
  std::optional<Selector> for_whom;
  std::vector<match::Signature> signatures;
  Place place;

  bool operator==(const SignatureSet&) const = default;
};

// A relationship, or a grant (then ticket, subject and the window are set).
struct Relationship {
  std::string name;
  Selector from;
  Selector to;
  std::vector<Service> services;
  RefuseWith refuse_with = RefuseWith::kException;
  Mode mode = Mode::kEnforce;
  OnEnd on_end = OnEnd::kCut;
  std::optional<int64_t> from_wall_ns;    // inclusive
  std::optional<int64_t> until_wall_ns;   // exclusive
  std::vector<Schedule> schedules;        // open only while one of them is; none: always
  std::vector<std::string> posture;       // attributes that who asks must hold, as the overlay says
  std::vector<std::string> signatures;    // sets that look at what it carries
  std::optional<BreakGlass> break_glass;  // then is_grant, without subject and window
  bool is_grant = false;
  std::string subject;  // grants
  std::string ticket;
  std::vector<std::string> approved_by;
  Place place;

  bool operator==(const Relationship&) const = default;
};

// Nothing overrides a veto. With `operations` empty it forbids the pair altogether; otherwise it
// forbids those classes, and every opaque TCP or UDP service (which could carry them unseen).
struct Veto {
  std::string name;
  Selector from;
  Selector to;
  std::vector<wire::OperationClass> operations;
  Place place;

  bool operator==(const Veto&) const = default;
};

struct Policy {
  std::vector<Identity> identities;
  std::vector<Relationship> relationships;  // grants included
  std::vector<Veto> vetoes;
  std::vector<SignatureSet> signatures;
};

}  // namespace bulkhead::policy
