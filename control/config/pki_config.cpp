// SPDX-License-Identifier: Apache-2.0
#include "config/pki_config.h"

#include <charconv>

namespace bulkhead::control {

namespace {

using config::MapReader;

constexpr uint64_t kDay = 86'400;
constexpr uint64_t kMaxLeafDays = 3650;
constexpr uint32_t kMaxGraceDays = 3650;

std::optional<Endpoint> endpoint_at(MapReader& map, const char* key, const std::string& text) {
  if (text.empty()) return std::nullopt;
  Result<Endpoint> endpoint = parse_endpoint(text);
  if (endpoint) return *endpoint;
  map.error(key, endpoint.error().sentence);
  return std::nullopt;
}

uint64_t read_leaf_life(MapReader& map) {
  const auto days = map.optional_number("leaf_days", 1, kMaxLeafDays);
  const auto seconds = map.optional_number("leaf_seconds", 20, kMaxLeafDays * kDay);
  if (days && seconds) map.error("leaf_seconds", "stands beside leaf_days: give one of them");
  if (seconds) return *seconds;
  return days.value_or(397) * kDay;
}

IssuingConfig read_issuing(const config::Node& node, config::Problems& problems) {
  MapReader map(node, "pki.issuing", problems);
  IssuingConfig issuing;
  issuing.certificate = map.required_string("certificate");
  issuing.private_key = map.required_string("private_key");
  issuing.endorsements = map.optional_string("endorsements", "");
  issuing.listen = endpoint_at(map, "listen", map.required_string("listen")).value_or(Endpoint{});
  issuing.leaf_life_s = read_leaf_life(map);
  map.finish();
  return issuing;
}

trust::GracePolicy read_grace(MapReader& map) {
  const auto text = map.optional_string("grace_days");
  if (!text) return {};
  if (*text == "forever") return trust::GracePolicy::unlimited();
  uint32_t days = 0;
  const char* const end = text->data() + text->size();
  const auto [rest, failed] = std::from_chars(text->data(), end, days);
  if (failed != std::errc{} || rest != end || days > kMaxGraceDays)
    map.error("grace_days", "is neither a number of days from 0 to 3650 nor `forever`");
  return trust::GracePolicy::of_days(days);
}

}  // namespace

PkiConfig read_pki(config::MapReader& outer) {
  PkiConfig pki;
  const config::Node* node = outer.optional("pki");
  if (node == nullptr) return pki;
  MapReader map(*node, "pki", outer.problems());
  if (const config::Node* issuing = map.optional("issuing"))
    pki.issuing = read_issuing(*issuing, outer.problems());
  pki.issuer = endpoint_at(map, "issuer", map.optional_string("issuer", ""));
  pki.renew = map.optional_bool("renew", true);
  pki.grace = read_grace(map);
  map.finish();
  return pki;
}

}  // namespace bulkhead::control
