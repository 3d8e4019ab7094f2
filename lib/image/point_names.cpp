// SPDX-License-Identifier: Apache-2.0
#include "image/point_names.h"

#include "wire/apps/point_type.h"

namespace bulkhead::image {
namespace {

char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// The bytes of a range's name, without putting them together.
class FullName {
 public:
  explicit FullName(const wire::PointRange& range) noexcept
      : scope_(range.scope), name_(range.name), slash_(scope_.empty() ? 0 : 1) {}

  [[nodiscard]] size_t size() const noexcept { return scope_.size() + slash_ + name_.size(); }
  [[nodiscard]] char at(size_t i) const noexcept {
    if (i < scope_.size()) return scope_[i];
    if (i < scope_.size() + slash_) return '/';
    return name_[i - scope_.size() - slash_];
  }

 private:
  std::string_view scope_;
  std::string_view name_;
  size_t slash_;
};

bool begins(const FullName& name, std::string_view with, bool any_case) noexcept {
  if (name.size() < with.size()) return false;
  for (size_t i = 0; i < with.size(); ++i) {
    const char c = any_case ? lower(name.at(i)) : name.at(i);
    if (c != with[i]) return false;
  }
  return true;
}

}  // namespace

bool named_so(const Sections& sections, std::span<const PointNameRecord> names,
              const wire::PointRange& range) noexcept {
  const uint8_t shift = wire::facts_of(range.type).shift;
  const uint64_t container = shift == 0 ? 0 : range.first >> shift;
  // Names of another kind than text: GUID and opaque nodes of OPC UA.
  if (shift != 0 && (range.first & ((uint64_t{1} << shift) - 1)) != 0) return false;
  const FullName name(range);
  for (const PointNameRecord& record : names) {
    if (record.container != kNone && record.container != container) continue;
    const std::string_view text{sections.name_texts.data() + record.text.first, record.text.count};
    if (record.prefix == 0 && name.size() != text.size()) continue;
    if (begins(name, text, record.any_case != 0)) return true;
  }
  return false;
}

}  // namespace bulkhead::image
