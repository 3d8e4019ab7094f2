// SPDX-License-Identifier: Apache-2.0
#include "image/compile_rules.h"

#include <algorithm>

#include "wire/apps/vocabulary.h"

namespace bulkhead::image {
namespace {

// --- rules of Modbus ---

void add_functions(const CanonicalRule& rule, ImageParts& parts, RuleRecord& record) {
  record.any_function = rule.functions.empty() ? 1 : 0;
  std::vector<policy::NumberRange> beyond;
  for (const uint32_t code : rule.functions) {
    if (code < 256) {
      record.functions[code / 64] |= uint64_t{1} << (code % 64);
    } else {
      beyond.push_back({code, code});
    }
  }
  record.subfunctions = parts.ranges.add(narrow(coalesced(beyond)));
}

void add_units(const CanonicalRule& rule, RuleRecord& record) {
  if (rule.units.empty()) record.units.fill(~uint64_t{0});
  for (const WideRangeRecord& range : rule.units) {
    for (uint64_t unit = range.first; unit <= range.last; ++unit)
      record.units[unit / 64] |= uint64_t{1} << (unit % 64);
  }
}

// --- limits, of all ---

template <typename Rule>
void take_units(const Rule&, const CanonicalRule& from, auto&& take) {
  for (const WideRangeRecord& range : from.units) {
    take(range.first);
    take(range.last);
  }
}
void take_units(const RuleRecord& rule, const CanonicalRule&, auto&& take) {
  for (const uint64_t word : rule.units) take(word);
}

// Equal for the same rule of the same relationship in every generation, so that an edit elsewhere
// does not fill its bucket again.
template <typename Rule>
uint64_t limit_id(const Rule& rule, uint32_t max_step, const CanonicalRule& from) {
  uint64_t id = mix(from.owner.size(), rule.interval_ns);
  const auto take = [&id](uint64_t word) { id = mix(id, word); };
  for (const char c : from.owner) take(static_cast<uint8_t>(c));
  take(uint64_t{rule.burst} << 32 | max_step);
  take(uint64_t{rule.cls} << 32 | from.functions.size());
  for (const uint32_t code : from.functions) take(code);
  take_units(rule, from, take);
  for (const auto& [type, ranges] : from.points) {
    take(static_cast<uint64_t>(type));
    for (const WideRangeRecord& range : ranges) take(range.first << 32 | range.last);
  }
  for (const auto& [type, names] : from.names)
    for (const auto& name : names) take(hash_of_bytes(name.text.data(), name.text.size()));
  if (from.value) take(from.value->first << 32 | from.value->last);
  return id == 0 ? 1 : id;
}

uint64_t interval_of(const policy::Rate& rate) {
  constexpr uint64_t kSecond = 1'000'000'000;
  return rate.seconds * kSecond / rate.count;
}

template <typename Rule>
void add_rate(const CanonicalRule& rule, uint32_t max_step, Rule& record) {
  if (!rule.rate) return;
  record.interval_ns = interval_of(*rule.rate);
  record.burst = rule.rate->burst;
  record.limit_id = limit_id(record, max_step, rule);
}

RuleRecord make_rule(const CanonicalRule& rule, ImageParts& parts) {
  RuleRecord record;
  record.cls = rule.cls;
  add_functions(rule, parts, record);
  add_units(rule, record);
  record.any_point = rule.points.empty() ? 1 : 0;
  for (const auto& [type, ranges] : rule.points)
    record.points[static_cast<size_t>(type)] = parts.ranges.add(narrow(ranges));
  if (rule.value) {
    record.has_value = 1;
    record.value_first = static_cast<uint32_t>(rule.value->first);
    record.value_last = static_cast<uint32_t>(rule.value->last);
  }
  if (rule.max_step) record.max_step = *rule.max_step;
  add_rate(rule, record.max_step, record);
  return record;
}

// --- rules of other protocols ---

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

Run add_names(wire::PointType type, const std::vector<policy::NamePattern>& names,
              ImageParts& parts) {
  const wire::PointWord* word = wire::point_word_of(type);
  std::vector<PointNameRecord> records;
  for (const policy::NamePattern& name : names) {
    PointNameRecord record;
    std::string text = name.text;
    record.any_case = word != nullptr && word->any_case ? 1 : 0;
    if (record.any_case != 0) std::ranges::transform(text, text.begin(), lower);
    record.text = parts.name_texts.add(std::span<const char>(text));
    record.prefix = name.prefix ? 1 : 0;
    if (name.container) record.container = static_cast<uint32_t>(*name.container);
    records.push_back(record);
  }
  return parts.point_names.add(records);
}

Run add_point_sets(const CanonicalRule& rule, ImageParts& parts) {
  std::map<wire::PointType, PointSetRecord> sets;
  for (const auto& [type, ranges] : rule.points) sets[type].ranges = parts.wide_ranges.add(ranges);
  for (const auto& [type, names] : rule.names) sets[type].names = add_names(type, names, parts);
  std::vector<PointSetRecord> records;
  for (auto& [type, set] : sets) {
    set.type = static_cast<uint32_t>(type);
    records.push_back(set);
  }
  return parts.point_sets.add(records);
}

WideRuleRecord make_wide_rule(const CanonicalRule& rule, ImageParts& parts) {
  WideRuleRecord record;
  record.cls = rule.cls;
  record.any_function = rule.functions.empty() ? 1 : 0;
  std::vector<policy::NumberRange> codes;
  for (const uint32_t code : rule.functions) codes.push_back({code, code});
  record.functions = parts.wide_ranges.add(coalesced(codes));
  record.any_unit = rule.units.empty() ? 1 : 0;
  record.units = parts.wide_ranges.add(rule.units);
  record.any_point = rule.points.empty() && rule.names.empty() ? 1 : 0;
  record.points = add_point_sets(rule, parts);
  if (rule.value) {
    record.has_value = 1;
    record.value_first = rule.value->first;
    record.value_last = rule.value->last;
  }
  add_rate(rule, kNone, record);
  return record;
}

template <typename Record, typename Make>
Run append_rules(const std::vector<CanonicalRule>& rules, std::vector<Record>& out, Make&& make,
                 ImageParts& parts) {
  if (rules.empty()) return {};
  const Run run{static_cast<uint32_t>(out.size()), static_cast<uint32_t>(rules.size())};
  for (const CanonicalRule& rule : rules) out.push_back(make(rule, parts));
  return run;
}

// --- what passes unread ---

Run add_server_names(const CanonicalOpaque& terms, ImageParts& parts) {
  std::vector<PointNameRecord> records;
  for (const std::string& name : terms.server_names) {
    PointNameRecord record;
    record.any_case = 1;
    record.text = parts.name_texts.add(std::span<const char>(name));
    records.push_back(record);
  }
  return parts.point_names.add(records);
}

// As limit_id(): of each service by itself.
uint64_t opaque_limit_id(const OpaqueRecord& record, const CanonicalService& service) {
  uint64_t id = mix(uint64_t{service.app} << 8 | service.protocol, record.interval_ns);
  const auto take = [&id](const std::string& text) {
    id = mix(id, hash_of_bytes(text.data(), text.size()));
  };
  take(service.opaque->owner);
  id = mix(id, uint64_t{record.burst} << 16 | record.min_version);
  for (const RangeRecord& ports : service.ports)
    id = mix(id, uint64_t{ports.first} << 32 | ports.last);
  for (const std::string& name : service.opaque->server_names) take(name);
  return id == 0 ? 1 : id;
}

uint16_t add_opaque(const CanonicalService& service, ImageParts& parts) {
  const CanonicalOpaque& terms = *service.opaque;
  OpaqueRecord record;
  record.min_version = terms.min_version;
  record.server_names = add_server_names(terms, parts);
  if (terms.rate) {
    record.interval_ns = interval_of(*terms.rate);
    record.burst = terms.rate->burst;
    record.limit_id = opaque_limit_id(record, service);
  }
  const Run at = parts.opaque_terms.add(std::span<const OpaqueRecord>(&record, 1));
  return static_cast<uint16_t>(at.first + 1);
}

// What an opaque service may carry, as ServiceRecord has it.
uint16_t expects(match::ProtocolMask protocols, ImageParts& parts) {
  if (protocols == 0) return 0;
  if (protocols == match::kAnyProtocol) return kExpectsAnything;
  const uint32_t at = parts.expectations.add(std::span<const uint64_t>(&protocols, 1)).first;
  return static_cast<uint16_t>(at + 1);
}

}  // namespace

Run append_services(const std::vector<CanonicalService>& services, ImageParts& parts) {
  const Run run{static_cast<uint32_t>(parts.services.size()),
                static_cast<uint32_t>(services.size())};
  for (const auto& service : services) {
    ServiceRecord record;
    record.protocol = service.protocol;
    record.app = service.app;
    record.expects =
        service.opaque ? add_opaque(service, parts) : expects(service.protocols, parts);
    record.ports = parts.ranges.add(service.ports);
    const bool wide = is_wide(service.app);
    record.rules = wide ? append_rules(service.rules, parts.wide_rules, make_wide_rule, parts)
                        : append_rules(service.rules, parts.rules, make_rule, parts);
    parts.services.push_back(record);
  }
  return run;
}

}  // namespace bulkhead::image
