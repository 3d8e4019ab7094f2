// SPDX-License-Identifier: Apache-2.0
// `approvers` and `break_glass`: grants that are closed until two people sign for them.
#include <algorithm>

#include "base/span_text.h"
#include "policy/limits.h"
#include "policy/yaml_read.h"

namespace bulkhead::policy {
namespace {

using config::MapReader;

constexpr std::string_view kKeyPrefix = "ed25519:";
constexpr const char* kKeyForm =
    "a key is ed25519: and 64 hexadecimal digits, as `bulkhead break-glass key` prints it";

std::optional<uint8_t> digit(char c) {
  if (c >= '0' && c <= '9') return static_cast<uint8_t>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<uint8_t>(c - 'a' + 10);
  return std::nullopt;
}

bool read_key(std::string_view text, std::array<uint8_t, 32>& key) {
  if (!text.starts_with(kKeyPrefix) || text.size() != kKeyPrefix.size() + 2 * key.size())
    return false;
  text.remove_prefix(kKeyPrefix.size());
  for (size_t i = 0; i < key.size(); ++i) {
    const auto high = digit(text[2 * i]), low = digit(text[2 * i + 1]);
    if (!high || !low) return false;
    key[i] = static_cast<uint8_t>(*high << 4 | *low);
  }
  return true;
}

std::vector<Approver> pick(MapReader& map, const std::vector<Approver>& known) {
  std::vector<Approver> out;
  for (const std::string& name : map.optional_strings("approvers")) {
    const auto found = std::ranges::find(known, name, &Approver::name);
    if (found != known.end())
      out.push_back(*found);
    else
      map.error("approvers", "'" + name + "' is none of the policy's approvers");
  }
  return out;
}

}  // namespace

Approver read_approver(MapReader& map) {
  Approver out;
  out.name = map.required_string("name");
  const std::string key = map.required_string("key");
  if (!key.empty() && !read_key(key, out.key)) map.error("key", kKeyForm);
  map.finish();
  return out;
}

Relationship read_break_glass(MapReader& map, const std::vector<Approver>& known) {
  Relationship out;
  out.is_grant = true;
  read_common(map, out);
  out.from = required_selector(map, "on");
  out.to = required_selector(map, "to");
  (void)map.required("approvers");
  BreakGlass terms;
  const std::string longest = map.required_string("for");
  const auto seconds = seconds_of(longest);
  if (!longest.empty() && (!seconds || *seconds > kMaxBreakGlassSeconds))
    map.error("for", "'" + longest + "' is no span of time up to 24h, like 90s, 45m or 2h");
  else
    terms.longest_s = static_cast<uint32_t>(seconds.value_or(0));
  terms.approvers = pick(map, known);
  out.break_glass = std::move(terms);
  map.finish();
  return out;
}

}  // namespace bulkhead::policy
