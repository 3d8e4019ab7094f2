// SPDX-License-Identifier: Apache-2.0
#include "image/canonical.h"

#include <algorithm>

namespace bulkhead::image {
namespace {

template <typename T>
void sort_unique(std::vector<T>& items) {
  std::sort(items.begin(), items.end());
  items.erase(std::unique(items.begin(), items.end()), items.end());
}

CanonicalRule canonical(const policy::OperationRule& rule, const std::string& relationship) {
  CanonicalRule out;
  out.cls = static_cast<uint8_t>(rule.cls);
  out.functions = rule.functions;
  sort_unique(out.functions);
  out.units = coalesced(rule.units);
  for (const auto& [type, ranges] : rule.points) out.points[type] = coalesced(ranges);
  for (const auto& [type, names] : rule.names) {
    out.names[type] = names;
    sort_unique(out.names[type]);
  }
  if (rule.value) out.value = WideRangeRecord{rule.value->first, rule.value->last};
  out.rate = rule.rate;
  out.max_step = rule.max_step;
  if (rule.rate) out.owner = relationship;
  return out;
}

CanonicalOpaque canonical(const policy::OpaqueTerms& terms, const std::string& relationship) {
  CanonicalOpaque out;
  out.min_version = terms.min_version;
  out.server_names = terms.server_names;
  for (std::string& name : out.server_names)
    for (char& c : name) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  sort_unique(out.server_names);
  out.rate = terms.rate;
  if (terms.rate) out.owner = relationship;
  return out;
}

CanonicalService canonical(const policy::Service& service, const std::string& relationship) {
  CanonicalService out;
  out.protocol = service.protocol;
  out.app = static_cast<uint8_t>(service.app);
  out.protocols = service.protocols;
  out.ports = narrow(coalesced(service.ports));
  for (const auto& rule : service.allow) out.rules.push_back(canonical(rule, relationship));
  sort_unique(out.rules);
  if (service.opaque) out.opaque = canonical(*service.opaque, relationship);
  return out;
}

}  // namespace

std::vector<RangeRecord> narrow(const std::vector<WideRangeRecord>& ranges) {
  std::vector<RangeRecord> out;
  for (const auto& range : ranges)
    out.push_back({static_cast<uint32_t>(range.first), static_cast<uint32_t>(range.last)});
  return out;
}

std::vector<WideRangeRecord> coalesced(const std::vector<policy::NumberRange>& ranges) {
  std::vector<WideRangeRecord> sorted;
  for (const auto& range : ranges) sorted.push_back({range.first, range.last});
  std::sort(sorted.begin(), sorted.end());
  std::vector<WideRangeRecord> out;
  for (const auto& range : sorted) {
    const bool joins =
        !out.empty() && (out.back().last == UINT64_MAX || range.first <= out.back().last + 1);
    if (joins) {
      out.back().last = std::max(out.back().last, range.last);
    } else {
      out.push_back(range);
    }
  }
  return out;
}

std::vector<CanonicalService> canonical(const policy::Relationship& relationship) {
  std::vector<CanonicalService> out;
  for (const auto& service : relationship.services)
    out.push_back(canonical(service, relationship.name));
  sort_unique(out);
  return out;
}

}  // namespace bulkhead::image
