// SPDX-License-Identifier: Apache-2.0
#include "image/verify_records.h"

#include <bit>
#include <vector>

#include "image/operation_memory.h"
#include "policy/limits.h"
#include "policy/model.h"
#include "wire/apps/operation.h"
#include "wire/apps/value_key.h"
#include "wire/apps/vocabulary.h"

namespace bulkhead::image {
namespace {

constexpr uint32_t kClassMask = ((1u << wire::kOperationClassCount) - 1) & ~1u;

// Collects the first complaint; every check after it is skipped.
class Checker {
 public:
  explicit Checker(const Sections& s) : s_(s) {}

  Status run() {
    names("gateway", s_.gateways);
    names("identity", s_.identities);
    names("relationship", s_.relationships);
    names("veto", s_.vetoes);
    names("attribute", s_.attributes);
    names("approver", s_.approvers);
    order_runs();
    identities();
    addresses();
    relationships();
    break_glass();
    services();
    rules();
    wide_rules();
    vetoes();
    schedules();
    pairs();
    if (complaint_.empty()) return {};
    return Error{ErrorCode::kInvalid, "image: " + complaint_};
  }

 private:
  bool require(bool holds, const char* section, size_t index, const char* what) {
    if (!holds && complaint_.empty())
      complaint_ = std::string(section) + " " + std::to_string(index) + ": " + what;
    return holds;
  }

  // Calls check(element, index) until something is wrong.
  template <typename T, typename Check>
  void each(std::span<const T> elements, Check&& check) {
    for (size_t i = 0; i < elements.size() && complaint_.empty(); ++i) check(elements[i], i);
  }

  [[nodiscard]] bool text_ok(StringRef ref) const {
    return ref.offset <= s_.strings.size() && ref.length <= s_.strings.size() - ref.offset;
  }
  [[nodiscard]] std::string_view text(StringRef ref) const {
    return {s_.strings.data() + ref.offset, ref.length};
  }

  template <typename T>
  void names(const char* section, std::span<const T> records) {
    std::string_view before;
    each(records, [&](const T& record, size_t i) {
      if (!require(text_ok(record.name), section, i, "name lies outside the strings")) return;
      const std::string_view name = text(record.name);
      require(before < name, section, i, "names are not in strictly ascending order");
      before = name;
    });
  }

  // run_length[i]: how many elements from i on are in order, so that a run is checked in O(1).
  template <typename T, typename InOrder>
  static std::vector<uint32_t> run_lengths(std::span<const T> elements, InOrder&& in_order) {
    std::vector<uint32_t> length(elements.size(), 1);
    for (size_t i = elements.size(); i-- > 1;) {
      if (in_order(elements[i - 1], elements[i])) length[i - 1] = length[i] + 1;
    }
    return length;
  }

  void order_runs() {
    each(s_.ranges, [&](const RangeRecord& range, size_t i) {
      require(range.first <= range.last, "range", i, "ends before it begins");
    });
    each(s_.wide_ranges, [&](const WideRangeRecord& range, size_t i) {
      require(range.first <= range.last, "wide range", i, "ends before it begins");
    });
    const auto apart = [](const auto& a, const auto& b) {
      return a.last < b.first && b.first - a.last > 1;
    };
    range_runs_ = run_lengths(s_.ranges, apart);
    wide_runs_ = run_lengths(s_.wide_ranges, apart);
    set_runs_ = run_lengths(s_.point_sets, [](const PointSetRecord& a, const PointSetRecord& b) {
      return a.type < b.type;
    });
    offset_runs_ = run_lengths(s_.offsets, [](const OffsetRecord& a, const OffsetRecord& b) {
      return a.from_wall_ns < b.from_wall_ns;
    });
    list_runs_ = run_lengths(s_.pair_lists, [](uint32_t a, uint32_t b) { return a < b; });
  }

  // Sorted, coalesced, within `last` and the cap.
  [[nodiscard]] bool ranges_ok(Run run, uint32_t last = UINT32_MAX) const {
    if (run.count == 0) return run.first == 0;
    return run.first < range_runs_.size() && run.count <= range_runs_[run.first] &&
           run.count <= kMaxRangesPerRun && s_.ranges[run.first + run.count - 1].last <= last;
  }

  template <typename T>
  static bool in_order(std::span<const T> all, const std::vector<uint32_t>& runs, Run run,
                       uint32_t cap) {
    if (run.count == 0) return run.first == 0;
    return run.first < all.size() && run.count <= runs[run.first] && run.count <= cap;
  }
  [[nodiscard]] bool wide_ok(Run run) const {
    return in_order(s_.wide_ranges, wide_runs_, run, kMaxRangesPerRun);
  }

  [[nodiscard]] bool list_ok(Run run, size_t limit, uint32_t cap) const {
    if (run.count == 0) return run.first == 0;
    return run.first < list_runs_.size() && run.count <= list_runs_[run.first] &&
           run.count <= cap && s_.pair_lists[run.first + run.count - 1] < limit;
  }

  template <typename T>
  static bool slice_ok(std::span<const T> all, Run run, uint32_t cap) {
    if (run.count == 0) return run.first == 0;
    return run.first < all.size() && run.count <= all.size() - run.first && run.count <= cap;
  }

  void identities() {
    each(s_.identities, [&](const IdentityRecord& id, size_t i) {
      const bool bound = id.gateway != kNone;
      require(id.kind >= 1 && id.kind <= static_cast<uint32_t>(policy::IdentityKind::kGateway),
              "identity", i, "kind is unknown");
      require(!bound || id.gateway < s_.gateways.size(), "identity", i, "gateway is out of range");
      require(text_ok(id.port), "identity", i, "port lies outside the strings");
      require(bound != id.ip.is_zero(), "identity", i, "binding is incomplete");
      require(id.vlan < 4095 || id.vlan == wire::kNoVlan, "identity", i, "VLAN is out of range");
      require(id.cls < s_.identities.size(), "identity", i, "class is out of range");
      require(id.reserved == 0, "identity", i, "reserved field is set");
      bound_ += bound ? 1 : 0;
    });
  }

  // An index: power of two, every key found from its home within kMaxProbe and nowhere else.
  template <typename T, typename Used, typename Hash, typename Same>
  void index_reachable(const char* section, std::span<const T> slots, Used&& used, Hash&& hash,
                       Same&& same) {
    require(slots.empty() || std::has_single_bit(slots.size()), section, 0,
            "slot count is not a power of two");
    each(slots, [&](const T& slot, size_t i) {
      if (!used(slot)) return;
      const size_t mask = slots.size() - 1;
      size_t at = hash(slot) & mask;
      uint32_t probe = 0;
      while (probe < kMaxProbe && used(slots[at]) && !same(slots[at], slot)) {
        at = (at + 1) & mask;
        ++probe;
      }
      require(probe < kMaxProbe && at == i, section, i, "key cannot be found from its home slot");
    });
  }

  void addresses() {
    size_t used = 0;
    each(s_.addresses, [&](const AddressSlot& slot, size_t i) {
      require(slot.reserved == std::array<uint32_t, 3>{}, "address slot", i,
              "reserved field is set");
      if (slot.identity == kNone) {
        require(slot.ip == IpAddress{}, "address slot", i, "free slot has an address");
        return;
      }
      ++used;
      if (!require(slot.identity < s_.identities.size(), "address slot", i,
                   "identity is out of range"))
        return;
      require(s_.identities[slot.identity].ip == slot.ip, "address slot", i,
              "address is not the identity's");
    });
    require(used == bound_, "address slot", used, "count differs from the bound identities");
    index_reachable(
        "address slot", s_.addresses, [](const AddressSlot& s) { return s.identity != kNone; },
        [](const AddressSlot& s) { return address_hash(s.ip); },
        [](const AddressSlot& a, const AddressSlot& b) { return a.ip == b.ip; });
  }

  void relationships() {
    each(s_.relationships, [&](const RelationshipRecord& r, size_t i) {
      require(
          r.services.count > 0 && slice_ok(s_.services, r.services, kMaxServicesPerRelationship),
          "relationship", i, "services are out of range");
      require(slice_ok(s_.schedules, r.schedules, kMaxSchedulesPerRelationship), "relationship", i,
              "schedules are out of range");
      require(list_ok(r.posture, s_.attributes.size(), kMaxAttributesPerRelationship),
              "relationship", i, "attributes are out of range or out of order");
      require(r.from_wall_ns < r.until_wall_ns, "relationship", i, "window is empty");
      require(r.refuse_with <= static_cast<uint8_t>(policy::RefuseWith::kException), "relationship",
              i, "refuse_with is unknown");
      require(r.mode <= static_cast<uint8_t>(policy::Mode::kMonitor), "relationship", i,
              "mode is unknown");
      require(r.on_end <= static_cast<uint8_t>(policy::OnEnd::kReadOnly), "relationship", i,
              "on_end is unknown");
      require(r.is_grant <= 1, "relationship", i, "reserved bits are set");
      require(r.break_glass <= s_.break_glass.size() &&
                  (r.break_glass == 0 || s_.break_glass[r.break_glass - 1].relationship == i),
              "relationship", i, "its break-glass record is another's");
    });
  }

  void break_glass() {
    each(s_.break_glass, [&](const BreakGlassRecord& record, size_t i) {
      require(record.relationship < s_.relationships.size() &&
                  s_.relationships[record.relationship].break_glass == i + 1,
              "break-glass", i, "relationship is out of range or another's");
      require(record.longest_s > 0 && record.longest_s <= policy::kMaxBreakGlassSeconds,
              "break-glass", i, "time is out of range");
      require(record.approvers.count >= policy::kApproversNeeded &&
                  list_ok(record.approvers, s_.approvers.size(), kMaxApproversPerGrant),
              "break-glass", i, "approvers are out of range, out of order or too few");
    });
  }

  static bool inspected(const ServiceRecord& service) {
    const wire::Vocabulary* known = wire::vocabulary_of(static_cast<wire::App>(service.app));
    if (known == nullptr) return false;
    for (const wire::Transport& transport : known->transports)
      if (transport.protocol == service.protocol) return true;
    return false;
  }

  void services() {
    each(s_.services, [&](const ServiceRecord& service, size_t i) {
      const bool echo = service.protocol == wire::ip_protocol::kIcmp;
      const bool tcp = service.protocol == wire::ip_protocol::kTcp;
      require(echo || tcp || service.protocol == wire::ip_protocol::kUdp, "service", i,
              "protocol is unknown");
      require(service.app == 0 || inspected(service), "service", i,
              "application is unknown or not over this transport");
      require(ranges_ok(service.ports, 65535) && (service.ports.count == 0) == echo, "service", i,
              "ports are out of range or out of order");
      require(is_wide(service.app) ? slice_ok(s_.wide_rules, service.rules, kMaxRulesPerService)
                                   : slice_ok(s_.rules, service.rules, kMaxRulesPerService),
              "service", i, "rules are out of range");
      require(service.app != 0 || service.rules.count == 0, "service", i,
              "opaque service has rules");
    });
  }

  void rules() {
    each(s_.rules, [&](const RuleRecord& rule, size_t i) {
      require(rule.cls >= 1 && rule.cls < wire::kOperationClassCount, "rule", i,
              "class is unknown");
      require(rule.has_value <= 1 && rule.any_point <= 1 && rule.any_function <= 1 &&
                  rule.reserved == 0,
              "rule", i, "flags are out of range");
      limits(rule, i);
      require(rule.value_first <= rule.value_last, "rule", i, "value bounds are reversed");
      require(ranges_ok(rule.subfunctions, 65535), "rule", i,
              "sub-functions are out of range or order");
      for (const Run& run : rule.points)
        require(ranges_ok(run), "rule", i, "points are out of range or out of order");
    });
  }

  void wide_rules() {
    each(s_.wide_rules, [&](const WideRuleRecord& rule, size_t i) {
      require(rule.cls >= 1 && rule.cls < wire::kOperationClassCount, "wide rule", i,
              "class is unknown");
      require(rule.has_value <= 1 && rule.any_point <= 1 && rule.any_function <= 1 &&
                  rule.any_unit <= 1 && rule.reserved == std::array<uint8_t, 3>{} &&
                  rule.reserved_too == 0,
              "wide rule", i, "flags are out of range");
      require(rate_ok(rate_of(rule)), "wide rule", i, "rate is out of range");
      require(rule.value_first <= rule.value_last && rule.value_last < wire::kNoValueKey,
              "wide rule", i, "value bounds are reversed or no numbers");
      require(wide_ok(rule.functions), "wide rule", i, "functions are out of range or order");
      require(wide_ok(rule.units), "wide rule", i, "units are out of range or order");
      require(in_order(s_.point_sets, set_runs_, rule.points, kMaxPointSetsPerRule), "wide rule", i,
              "points are out of range or out of order");
    });
    each(s_.point_sets, [&](const PointSetRecord& set, size_t i) {
      require(set.type >= 1 && set.type < wire::kPointTypeCount && set.reserved == 0, "point set",
              i, "type is unknown");
      require(wide_ok(set.ranges), "point set", i, "ranges are out of range or order");
      require(slice_ok(s_.point_names, set.names, kMaxNamesPerSet), "point set", i,
              "names are out of range");
    });
    each(s_.point_names, [&](const PointNameRecord& name, size_t i) {
      require(name.prefix <= 1 && name.any_case <= 1 && name.reserved == 0, "point name", i,
              "flags are out of range");
      require(slice_ok(s_.name_texts, name.text, kMaxPointNameBytes), "point name", i,
              "text lies outside the section");
    });
  }

  void limits(const RuleRecord& rule, size_t i) {
    require(rate_ok(rate_of(rule)), "rule", i, "rate is out of range");
    if (rule.max_step == kNone) return;
    require(rule.max_step >= 1 && rule.max_step <= 65535, "rule", i, "max_step is out of range");
    for (size_t type = 0; type < rule.points.size(); ++type) {
      const bool holding = type == static_cast<size_t>(wire::PointType::kHolding);
      require((rule.points[type].count != 0) == holding && rule.any_point == 0, "rule", i,
              "max_step is not for holding registers alone");
    }
    require(rule.points[static_cast<size_t>(wire::PointType::kHolding)].count == 0 ||
                ranges_ok(rule.points[static_cast<size_t>(wire::PointType::kHolding)], 65535),
            "rule", i, "max_step names registers beyond 65535");
  }

  void vetoes() {
    each(s_.vetoes, [&](const VetoRecord& veto, size_t i) {
      require((veto.class_mask & ~kClassMask) == 0 && veto.reserved == 0, "veto", i,
              "class mask has unknown bits");
    });
  }

  // Ascending, from the beginning of time.
  [[nodiscard]] bool offsets_ok(Run run) const {
    return run.count > 0 && run.first < offset_runs_.size() &&
           run.count <= offset_runs_[run.first] && run.count <= kMaxOffsetsPerSchedule &&
           s_.offsets[run.first].from_wall_ns == INT64_MIN;
  }

  void schedules() {
    each(s_.schedules, [&](const ScheduleRecord& schedule, size_t i) {
      require(schedule.open.count > 0 && ranges_ok(schedule.open, kMinutesPerWeek - 1), "schedule",
              i, "open times are out of range or out of order");
      require(offsets_ok(schedule.offsets), "schedule", i, "offsets are out of range or order");
    });
    each(s_.offsets, [&](const OffsetRecord& offset, size_t i) {
      require(offset.offset_s >= -kMaxUtcOffset && offset.offset_s <= kMaxUtcOffset, "offset", i,
              "is more than 26 hours");
      require(offset.reserved == 0, "offset", i, "reserved field is set");
    });
  }

  void pairs() {
    each(s_.pairs, [&](const PairSlot& slot, size_t i) {
      const bool free = slot.source_class == kNone;
      require(slot.reserved == std::array<uint32_t, 2>{}, "pair", i, "reserved field is set");
      require(free == (slot.destination_class == kNone), "pair", i, "classes are incomplete");
      require(free || (slot.source_class < s_.identities.size() &&
                       slot.destination_class < s_.identities.size()),
              "pair", i, "class is out of range");
      require(free == (slot.relationships.count == 0), "pair", i, "has no relationship");
      require(!free || slot.vetoes.count == 0, "pair", i, "free slot has vetoes");
      require(list_ok(slot.relationships, s_.relationships.size(), kMaxRelationshipsPerPair),
              "pair", i, "relationships are out of range or out of order");
      require(list_ok(slot.vetoes, s_.vetoes.size(), kMaxVetoesPerPair), "pair", i,
              "vetoes are out of range or out of order");
    });
    index_reachable(
        "pair", s_.pairs, [](const PairSlot& s) { return s.source_class != kNone; },
        [](const PairSlot& s) { return pair_hash(s.source_class, s.destination_class); },
        [](const PairSlot& a, const PairSlot& b) {
          return a.source_class == b.source_class && a.destination_class == b.destination_class;
        });
  }

  const Sections& s_;
  std::vector<uint32_t> range_runs_;
  std::vector<uint32_t> wide_runs_;
  std::vector<uint32_t> set_runs_;
  std::vector<uint32_t> offset_runs_;
  std::vector<uint32_t> list_runs_;
  size_t bound_ = 0;
  std::string complaint_;
};

}  // namespace

bool rate_ok(const RateTerm& rate) {
  constexpr uint64_t kMaxInterval = 3'600'000'000'000;  // one per hour
  constexpr uint64_t kMinInterval = 1'000'000'000 / policy::kMaxRateCount;
  if (rate.limit_id == 0) return rate.interval_ns == 0 && rate.burst == 0;
  return rate.interval_ns >= kMinInterval && rate.interval_ns <= kMaxInterval && rate.burst >= 1 &&
         rate.burst <= policy::kMaxRateBurst;
}

Status verify_records(const Sections& sections) {
  return Checker(sections).run();
}

}  // namespace bulkhead::image
