// SPDX-License-Identifier: Apache-2.0
#include "image/compile.h"

#include <algorithm>
#include <map>
#include <set>

#include "image/builder.h"
#include "image/canonical.h"
#include "image/classes.h"
#include "image/pairs.h"
#include "policy/yaml.h"

namespace bulkhead::image {
namespace {

template <typename T>
void sort_by_name(std::vector<T>& items) {
  std::sort(items.begin(), items.end(), [](const T& a, const T& b) { return a.name < b.name; });
}

Status check(const policy::Policy& policy, const CompileOptions& options) {
  if (options.gateway.empty() || options.gateway.size() >= ImageHeader{}.gateway.size())
    return Error{ErrorCode::kInvalid, "the gateway's name must have 1 to 63 bytes"};
  std::vector<policy::Finding> findings;
  policy::validate(policy, findings);
  for (const auto& finding : findings) {
    if (finding.severity == policy::Finding::Severity::kError)
      return Error{ErrorCode::kInvalid, policy::to_string(finding)};
  }
  return {};
}

std::map<std::string, uint32_t> add_gateways(const policy::Policy& policy, const std::string& own,
                                             ImageParts& parts) {
  std::set<std::string> names{own};
  for (const auto& identity : policy.identities) {
    if (identity.bind) names.insert(identity.bind->gateway);
  }
  std::map<std::string, uint32_t> index;
  for (const auto& name : names) {
    index.emplace(name, static_cast<uint32_t>(parts.gateways.size()));
    parts.gateways.push_back({parts.text(name)});
  }
  return index;
}

void add_identities(const policy::Policy& policy, const Classes& classes,
                    const std::map<std::string, uint32_t>& gateways, ImageParts& parts) {
  std::vector<AddressSlot> addresses;
  for (uint32_t i = 0; i < policy.identities.size(); ++i) {
    const auto& identity = policy.identities[i];
    IdentityRecord record;
    record.name = parts.text(identity.name);
    record.cls = classes.of(i);
    record.kind = static_cast<uint32_t>(identity.kind);
    if (identity.bind) {
      record.ip = identity.bind->ip;
      record.mac = identity.bind->mac.bytes;
      record.vlan = identity.bind->vlan;
      record.gateway = gateways.at(identity.bind->gateway);
      record.port = parts.text(identity.bind->port);
      addresses.push_back({record.ip, i, {}});
    }
    parts.identities.push_back(record);
  }
  parts.addresses = make_index(
      addresses, [](const AddressSlot& slot) { return address_hash(slot.ip); },
      [](const AddressSlot& slot) { return slot.identity == kNone; });
}

void add_functions(const CanonicalRule& rule, ImageParts& parts, RuleRecord& record) {
  record.any_function = rule.functions.empty() ? 1 : 0;
  std::vector<policy::NumberRange> beyond;
  for (const uint16_t code : rule.functions) {
    if (code < 256) {
      record.functions[code / 64] |= uint64_t{1} << (code % 64);
    } else {
      beyond.push_back({code, code});
    }
  }
  record.subfunctions = parts.ranges.add(coalesced(beyond));
}

void add_units(const CanonicalRule& rule, RuleRecord& record) {
  if (rule.units.empty()) record.units.fill(~uint64_t{0});
  for (const RangeRecord& range : rule.units) {
    for (uint32_t unit = range.first; unit <= range.last; ++unit)
      record.units[unit / 64] |= uint64_t{1} << (unit % 64);
  }
}

// Equal for the same rule of the same relationship in every generation, so that an edit elsewhere
// does not fill its bucket again.
uint64_t limit_id(std::string_view relationship, const RuleRecord& rule,
                  const CanonicalRule& from) {
  uint64_t id = mix(relationship.size(), rule.interval_ns);
  const auto take = [&id](uint64_t word) { id = mix(id, word); };
  for (const char c : relationship) take(static_cast<uint8_t>(c));
  take(uint64_t{rule.burst} << 32 | rule.max_step);
  take(uint64_t{rule.cls} << 32 | from.functions.size());
  for (const uint16_t code : from.functions) take(code);
  for (const uint64_t word : rule.units) take(word);
  for (const auto& [type, ranges] : from.points) {
    take(static_cast<uint64_t>(type));
    for (const RangeRecord& range : ranges) take(uint64_t{range.first} << 32 | range.last);
  }
  if (from.value) take(uint64_t{from.value->first} << 32 | from.value->last);
  return id == 0 ? 1 : id;
}

void add_limits(const CanonicalRule& rule, std::string_view relationship, RuleRecord& record) {
  if (rule.max_step) record.max_step = *rule.max_step;
  if (!rule.rate) return;
  constexpr uint64_t kSecond = 1'000'000'000;
  record.interval_ns = rule.rate->seconds * kSecond / rule.rate->count;
  record.burst = rule.rate->burst;
  record.limit_id = limit_id(relationship, record, rule);
}

RuleRecord make_rule(const CanonicalRule& rule, std::string_view relationship, ImageParts& parts) {
  RuleRecord record;
  record.cls = rule.cls;
  add_functions(rule, parts, record);
  add_units(rule, record);
  record.any_point = rule.points.empty() ? 1 : 0;
  for (const auto& [type, ranges] : rule.points)
    record.points[static_cast<size_t>(type)] = parts.ranges.add(ranges);
  if (rule.value) {
    record.has_value = 1;
    record.value_first = rule.value->first;
    record.value_last = rule.value->last;
  }
  add_limits(rule, relationship, record);
  return record;
}

Run add_services(const policy::Relationship& relationship, ImageParts& parts) {
  const Run run{static_cast<uint32_t>(parts.services.size()), 0};
  for (const auto& service : canonical(relationship.services)) {
    ServiceRecord record;
    record.protocol = service.protocol;
    record.app = service.app;
    record.ports = parts.ranges.add(service.ports);
    if (!service.rules.empty())
      record.rules = {static_cast<uint32_t>(parts.rules.size()),
                      static_cast<uint32_t>(service.rules.size())};
    for (const auto& rule : service.rules)
      parts.rules.push_back(make_rule(rule, relationship.name, parts));
    parts.services.push_back(record);
  }
  return {run.first, static_cast<uint32_t>(parts.services.size()) - run.first};
}

void add_relationships(const policy::Policy& policy, ImageParts& parts) {
  for (const auto& relationship : policy.relationships) {
    RelationshipRecord record;
    record.name = parts.text(relationship.name);
    record.services = add_services(relationship, parts);
    record.from_wall_ns = relationship.from_wall_ns.value_or(INT64_MIN);
    record.until_wall_ns = relationship.until_wall_ns.value_or(INT64_MAX);
    record.refuse_with = static_cast<uint8_t>(relationship.refuse_with);
    record.mode = static_cast<uint8_t>(relationship.mode);
    record.on_end = static_cast<uint8_t>(relationship.on_end);
    record.is_grant = relationship.is_grant ? 1 : 0;
    parts.relationships.push_back(record);
  }
}

void add_vetoes(const policy::Policy& policy, ImageParts& parts) {
  for (const auto& veto : policy.vetoes) {
    VetoRecord record;
    record.name = parts.text(veto.name);
    for (const auto cls : veto.operations) record.class_mask |= 1u << static_cast<unsigned>(cls);
    parts.vetoes.push_back(record);
  }
}

void add_pairs(const std::vector<Pair>& pairs, ImageParts& parts) {
  std::vector<PairSlot> slots;
  for (const Pair& pair : pairs) {
    slots.push_back({pair.source_class,
                     pair.destination_class,
                     parts.pair_lists.add(pair.relationships),
                     parts.pair_lists.add(pair.vetoes),
                     {}});
  }
  parts.pairs = make_index(
      slots,
      [](const PairSlot& slot) { return pair_hash(slot.source_class, slot.destination_class); },
      [](const PairSlot& slot) { return slot.source_class == kNone; });
}

}  // namespace

Result<std::vector<uint8_t>> compile(const policy::Policy& policy, const CompileOptions& options) {
  if (auto status = check(policy, options); !status) return status.error();
  policy::Policy sorted = policy;
  sort_by_name(sorted.identities);
  sort_by_name(sorted.relationships);
  sort_by_name(sorted.vetoes);
  const Classes classes(sorted.identities, sorted);
  const auto pairs = make_pairs(sorted, classes);
  if (!pairs) return pairs.error();

  ImageParts parts;
  const auto gateways = add_gateways(sorted, options.gateway, parts);
  add_identities(sorted, classes, gateways, parts);
  add_relationships(sorted, parts);
  add_vetoes(sorted, parts);
  add_pairs(*pairs, parts);

  ImageHeader header;
  header.generation = options.generation;
  header.created_wall_ns = options.created_wall_ns;
  std::copy(options.gateway.begin(), options.gateway.end(), header.gateway.begin());
  return serialise(parts, header);
}

}  // namespace bulkhead::image
