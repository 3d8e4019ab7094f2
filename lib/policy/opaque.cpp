// SPDX-License-Identifier: Apache-2.0
#include "policy/opaque.h"

#include <algorithm>

namespace bulkhead::policy {
namespace {

struct Version {
  std::string_view text;
  uint16_t version;
};
constexpr Version kVersions[] = {
    {"1.0", 0x0301}, {"1.1", 0x0302}, {"1.2", 0x0303}, {"1.3", 0x0304}};

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace

uint16_t tls_version_named(std::string_view text) {
  for (const Version& row : kVersions)
    if (row.text == text) return row.version;
  return 0;
}

std::string tls_version_text(uint16_t version) {
  for (const Version& row : kVersions)
    if (row.version == version) return std::string(row.text);
  return "of version " + std::to_string(version);
}

bool server_name_ok(std::string_view name) {
  const auto in_label = [](char c) {
    return (lower(c) >= 'a' && lower(c) <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  };
  if (name.empty() || name.size() > kMaxServerName) return false;
  bool label = false;
  for (const char c : name) {
    if (!in_label(c) && (c != '.' || !label)) return false;
    label = c != '.';
  }
  return label;
}

bool tls_fits(const OpaqueTerms& terms, const wire::Operation& operation) {
  uint64_t version = 0;
  bool named = terms.server_names.empty();
  for (const auto& point : operation.points) {
    if (point.type == wire::PointType::kTlsVersion) version = std::max(version, point.last);
    if (point.type != wire::PointType::kTlsServerName) continue;
    for (const std::string& name : terms.server_names)
      named |= std::ranges::equal(name, point.name, {}, lower, lower);
  }
  return named && version >= terms.min_version;
}

std::string describe(const OpaqueTerms& terms) {
  std::string out = "TLS " + tls_version_text(terms.min_version) + " or later";
  std::string names;
  for (const std::string& name : terms.server_names) names += (names.empty() ? "" : ", ") + name;
  return names.empty() ? out : out + " to " + names;
}

}  // namespace bulkhead::policy
