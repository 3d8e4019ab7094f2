// SPDX-License-Identifier: Apache-2.0
// The verifier's first half: header, signature, gateway, section table, padding.
#include "image/verifier.h"

#include <algorithm>
#include <cstddef>
#include <cstring>

#include "image/layout.h"
#include "image/signature.h"
#include "image/verify_matching.h"
#include "image/verify_opaque.h"
#include "image/verify_records.h"
#include "image/versions.h"

namespace bulkhead::image {
namespace {

Error wrong(std::string sentence) {
  return {ErrorCode::kInvalid, "image: " + std::move(sentence)};
}

std::string not_equal(const char* what, uint64_t found, uint64_t expected) {
  return std::string(what) + " is " + std::to_string(found) + ", expected " +
         std::to_string(expected);
}

Status verify_envelope(std::span<const uint8_t> bytes) {
  constexpr size_t kSmallest = align_section(header_bytes(kOldestLayoutVersion)) + kSignatureBytes;
  static_assert(kSmallest >= offsetof(ImageHeader, sections));  // which may be looked at
  if (bytes.size() < kSmallest)
    return wrong("truncated: " + std::to_string(bytes.size()) + " bytes, the smallest has " +
                 std::to_string(kSmallest));
  if (bytes.size() > kMaxImageBytes)
    return wrong("longer than " + std::to_string(kMaxImageBytes) + " bytes");
  if (reinterpret_cast<uintptr_t>(bytes.data()) % alignof(ImageHeader) != 0)
    return wrong("memory is not aligned to 8 bytes");
  const auto& header = *reinterpret_cast<const ImageHeader*>(bytes.data());
  if (header.magic != kMagic) return wrong("magic is not BLHKIMG1: this is not a policy image");
  if (sections_in(header.layout_version) == 0)
    return wrong("layout version is " + std::to_string(header.layout_version) + ", expected " +
                 std::to_string(kOldestLayoutVersion) + " to " + std::to_string(kLayoutVersion) +
                 ": control and dataplane are of releases too far apart");
  // From here on the section table of that version may be looked at, too.
  const size_t least = align_section(header_bytes(header.layout_version)) + kSignatureBytes;
  if (bytes.size() < least)
    return wrong("truncated: " + std::to_string(bytes.size()) + " bytes, the smallest of version " +
                 std::to_string(header.layout_version) + " has " + std::to_string(least));
  if (header.header_size != header_bytes(header.layout_version))
    return wrong(not_equal("header size", header.header_size, header_bytes(header.layout_version)));
  if (header.total_size != bytes.size())
    return wrong(not_equal("total size", header.total_size, bytes.size()));
  return {};
}

Status verify_gateway(const ImageHeader& header, std::string_view expected) {
  const auto& name = header.gateway;
  const size_t length = ::strnlen(name.data(), name.size());
  if (length == 0 || length == name.size()) return wrong("gateway name is empty or not terminated");
  if (std::any_of(name.begin() + static_cast<std::ptrdiff_t>(length), name.end(),
                  [](char c) { return c != 0; }))
    return wrong("gateway name has bytes after its end");
  const std::string_view found(name.data(), length);
  if (found != expected)
    return wrong("made for gateway '" + std::string(found) + "', this is '" +
                 std::string(expected) + "'");
  return {};
}

bool all_zero(std::span<const uint8_t> bytes) noexcept {
  return std::all_of(bytes.begin(), bytes.end(), [](uint8_t b) { return b == 0; });
}

// Sections follow each other in order, with nothing but zeroes between them.
Status verify_sections(std::span<const uint8_t> bytes) {
  const auto& header = *reinterpret_cast<const ImageHeader*>(bytes.data());
  const uint64_t limit = bytes.size() - kSignatureBytes;
  uint64_t end = header_bytes(header.layout_version);
  for (size_t i = 0; i < sections_in(header.layout_version); ++i) {
    const SectionRef& ref = header.sections[i];
    const std::string name = "section " + std::to_string(i) + ": ";
    const uint64_t start = align_section(end);
    if (ref.element_size != kElementSizes[i])
      return wrong(name + not_equal("element size", ref.element_size, kElementSizes[i]));
    if (ref.offset != start) return wrong(name + not_equal("offset", ref.offset, start));
    const uint64_t size = uint64_t{ref.count} * ref.element_size;
    if (start > limit || size > limit - start) return wrong(name + "reaches past the end");
    if (!all_zero(bytes.subspan(end, start - end))) return wrong(name + "padding is not zero");
    end = start + size;
  }
  if (align_section(end) != limit)
    return wrong(not_equal("signature offset", limit, align_section(end)));
  if (!all_zero(bytes.subspan(end, limit - end)))
    return wrong("padding before the signature is not zero");
  return {};
}

}  // namespace

Status verify(std::span<const uint8_t> bytes, const Expectation& expected) {
  if (auto status = verify_envelope(bytes); !status) return status;
  const auto signature = bytes.last(kSignatureBytes);
  if (!signature_ok(bytes.first(bytes.size() - kSignatureBytes), signature, expected.signer))
    return wrong("signature does not fit: the bytes were changed, or another key signed them");
  const auto& header = *reinterpret_cast<const ImageHeader*>(bytes.data());
  if (auto status = verify_gateway(header, expected.gateway); !status) return status;
  if (auto status = verify_sections(bytes); !status) return status;
  const Sections sections = Sections::of(bytes.data());
  if (auto status = verify_records(sections); !status) return status;
  if (auto status = verify_opaque(sections); !status) return status;
  return verify_matching(sections);
}

}  // namespace bulkhead::image
