// SPDX-License-Identifier: Apache-2.0
#include "wire/apps/cip/services.h"

#include <algorithm>
#include <array>

namespace bulkhead::wire::cip {
namespace {

// Objects that have others inside, as paths of Logix controllers name them.
constexpr std::array<uint32_t, 2> kScopes = {kProgram, kControllerMode};

bool meant_alike(const Path& path) noexcept {
  const uint32_t target = path.objects[path.objects.size() - 1].cls;
  return std::ranges::all_of(path.objects, [&](const ObjectRef& object) {
    return object.cls == target || std::ranges::find(kScopes, object.cls) != kScopes.end();
  });
}

constexpr uint32_t unknown(uint32_t cls, uint8_t service) noexcept {
  return kUnknownSpace | cls << 8 | service;
}

}  // namespace

uint32_t code_of(uint32_t cls, uint8_t service) noexcept {
  const uint32_t own = code_in(cls, service);
  if (cls != 0 && cls <= 0xff && function_of(own) != nullptr) return own;
  const bool common = service < service::kFirstOfClass && function_of(service) != nullptr;
  return common ? service : unknown(cls, service);
}

uint32_t code_of(const Path& path, const TagText& text, uint8_t service) noexcept {
  const uint32_t cls = path.target_class(text);
  if (!path.objects.empty() && !meant_alike(path)) return unknown(cls, service);
  // A program's name may stand in front of a symbol in it, and of nothing else.
  if (!path.objects.empty() && !text.empty() && cls != kSymbol) return unknown(cls, service);
  return code_of(cls, service);
}

uint32_t opening_code(uint8_t service, Opening opening) noexcept {
  const uint32_t plain = code_in(kConnectionManager, service);
  if (opening == Opening::kMessages) return plain;
  // Of another device: as if of a class 0x16.
  return kVariantSpace | (opening == Opening::kIo ? plain : plain | 0x10u << 16);
}

}  // namespace bulkhead::wire::cip
