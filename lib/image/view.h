// SPDX-License-Identifier: Apache-2.0
// Reads a verified image. Every accessor is bounded by what the verifier proved; nothing allocates.
// What every packet asks is in line.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/address.h"
#include "base/prefetch.h"
#include "base/strong_id.h"
#include "image/conditions.h"
#include "image/layout.h"
#include "image/operation_memory.h"
#include "image/sections.h"
#include "match/protocol.h"
#include "wire/apps/operation.h"

namespace bulkhead::image {

// Why a flow is denied; the later, the nearer it came to being allowed.
enum class Refusal : uint8_t {
  kNoRelationship = 0,  // default deny
  kExpired,             // a relationship for the service exists, outside of its window
  kOutsideSchedule,     // the same, within its window and outside of its schedule
  kPosture,             // the same, and who asks does not hold what it requires
  kIsland,              // one of the two is on an island where the other is not
  kLocked,              // one of the two, or the relationship, is locked
  kVetoed,
};

// An end after which on_end may let a flow read on: time and posture; not vetoes, locks, islands.
constexpr bool may_read_on(Refusal refusal) noexcept {
  return refusal == Refusal::kExpired || refusal == Refusal::kOutsideSchedule ||
         refusal == Refusal::kPosture;
}

// Flow-level decision, cached by the flow until `boundary_wall_ns` or the next generation.
struct FlowDecision {
  bool allowed = false;                        // default deny
  Refusal refusal = Refusal::kNoRelationship;  // when not allowed
  bool monitor = false;                        // allowed only by a monitor-mode relationship
  wire::App app = wire::App::kNone;            // kNone: opaque, no inspection
  uint8_t refuse_with = 0;                     // policy::RefuseWith of the deciding relationship
  uint8_t on_end = 0;                          // policy::OnEnd of the relationship that allows
  bool reads_on = false;  // ended by time or posture, and reads go on in open flows
  RelationshipIndex
      relationship;  // lowest index that allows; for denials the one that came nearest, or none
  uint32_t veto = kNone;  // when kVetoed
  PairIndex pair;         // for decide_operation
  // What an opaque TCP flow may carry; 0: nothing is looked at.
  match::ProtocolMask protocols = 0;
  bool others_pass = false;              // a monitor-mode relationship lets others pass
  uint64_t signatures = 0;               // sets that look at the flow, a bit each
  int64_t boundary_wall_ns = INT64_MAX;  // the decision may change at this time
};

struct OperationDecision {
  enum class Reason : uint8_t {
    kAllowed = 0,
    kMonitored,
    kVetoed,
    kExpired,
    kOperationDenied,
    kValueOutOfRange,
    kValueStep,
    kRateExceeded,
    kNoRelationship,  // nothing opens the service (any more)
    kOutsideSchedule,
    kPosture,
    kIsland,
    kLocked,
    kOpaqueSession,  // encrypted, and no service here lets anything pass unread
    kTlsTerms,       // or not TLS of this version, or to this server
  };
  bool pass = false;  // default deny; true also for kMonitored
  Reason reason = Reason::kOperationDenied;
  RelationshipIndex relationship;  // deciding, or nearest, relationship
  uint32_t veto = kNone;
  bool reads_on =
      false;  // denied by time or posture, yet it may go on in a flow that only reads any more
};

// Whom an operation is between: as decided for its flow, under the same image.
struct Parties {
  PairIndex pair;
  IdentityIndex source;  // who asks
  IdentityIndex destination;
};

class ImageView {
 public:
  ImageView() = default;
  // `bytes` were accepted by verify() and outlive the view.
  explicit ImageView(std::span<const uint8_t> bytes) noexcept;

  // What holds besides the image from now on, for every decision. Null: nothing is locked, and no
  // fact is known. `conditions` were resolved for this image and outlive the view.
  void obey(const Conditions* conditions) noexcept { conditions_ = conditions; }

  [[nodiscard]] bool empty() const noexcept { return base_ == nullptr; }
  [[nodiscard]] Generation generation() const noexcept {
    return empty() ? Generation(0) : Generation(header().generation);
  }
  [[nodiscard]] std::string_view gateway() const noexcept;
  [[nodiscard]] int64_t created_wall_ns() const noexcept;

  [[nodiscard]] IdentityIndex identity_by_ip(const IpAddress& ip) const noexcept {
    const auto slots = sections_.addresses;
    if (slots.empty()) return {};
    const uint64_t mask = slots.size() - 1;
    uint64_t at = address_hash(ip) & mask;
    for (uint32_t probe = 0; probe < kMaxProbe; ++probe, at = (at + 1) & mask) {
      const AddressSlot& slot = slots[at];
      if (slot.identity == kNone) return {};
      if (slot.ip == ip) return IdentityIndex(slot.identity);
    }
    return {};
  }
  void prefetch_ip(const IpAddress& ip) const noexcept {
    const auto slots = sections_.addresses;
    if (!slots.empty()) prefetch_line(&slots[address_hash(ip) & (slots.size() - 1)]);
  }
  void prefetch_pair(IdentityIndex source, IdentityIndex destination) const noexcept;
  [[nodiscard]] const IdentityRecord& identity(IdentityIndex i) const noexcept {
    return sections_.identities[i.value];
  }
  [[nodiscard]] std::span<const IdentityRecord> identities() const noexcept;
  [[nodiscard]] std::span<const GatewayRecord> gateways() const noexcept;
  [[nodiscard]] std::span<const RelationshipRecord> relationships() const noexcept;
  [[nodiscard]] std::span<const VetoRecord> vetoes() const noexcept;
  [[nodiscard]] std::span<const AttributeRecord> attributes() const noexcept;
  [[nodiscard]] std::string_view text(StringRef ref) const noexcept;
  [[nodiscard]] std::string_view name_of(RelationshipIndex i) const noexcept;  // empty when none
  [[nodiscard]] std::string_view name_of(IdentityIndex i) const noexcept;

  // May anything be said between the two, in either direction, now? (proxy ARP/ND)
  [[nodiscard]] bool related(IdentityIndex a, IdentityIndex b, int64_t wall_ns) const noexcept;

  // `port`: the responder's (0 for ICMP echo; protocol 1 and 58 both mean echo).
  [[nodiscard]] FlowDecision decide_flow(IdentityIndex source, IdentityIndex destination,
                                         uint8_t protocol, uint16_t port,
                                         int64_t wall_ns) const noexcept;

  // One operation of the request direction inside a flow with an inspected service. `memory` is
  // asked about limits, and told which rates the operation is charged to when a rule lets it pass.
  [[nodiscard]] OperationDecision decide_operation(const Parties& parties, uint8_t protocol,
                                                   uint16_t port, const wire::Operation& operation,
                                                   int64_t wall_ns,
                                                   OperationMemory& memory) const noexcept;

  // For those who derive tables from an image.
  [[nodiscard]] const Sections& sections() const noexcept { return sections_; }

 private:
  [[nodiscard]] const ImageHeader& header() const noexcept {
    return *reinterpret_cast<const ImageHeader*>(base_);
  }
  [[nodiscard]] uint32_t find_pair(IdentityIndex source, IdentityIndex destination) const noexcept;
  [[nodiscard]] bool opens_anything(IdentityIndex source, IdentityIndex destination,
                                    int64_t wall_ns) const noexcept;

  const uint8_t* base_ = nullptr;
  Sections sections_;
  const Conditions* conditions_ = nullptr;
};

}  // namespace bulkhead::image
