// SPDX-License-Identifier: Apache-2.0
#include "wire/apps/tls/hello.h"

#include "wire/apps/reader.h"

namespace bulkhead::wire::tls {
namespace {

// Extensions that are looked at: RFC 6066 3, RFC 7301 3.1, RFC 8446 4.2.1.
constexpr uint16_t kServerName = 0;
constexpr uint16_t kApplicationProtocols = 16;
constexpr uint16_t kSupportedVersions = 43;

constexpr size_t kRandom = 32;
// RFC 8446 4.1.3: the random of a server hello that is a request to try again.
constexpr std::array<uint8_t, kRandom> kRetry = {
    0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91,
    0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c};

std::string_view text_of(std::span<const uint8_t> bytes) noexcept {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};  // NOLINT
}

void add_version(Operation& out, uint16_t version, uint16_t suite = 0) noexcept {
  out.add_point(
      {PointType::kTlsVersion, OperationClass::kUnspecified, version, version, suite, {}, {}});
}

void add_name(Operation& out, PointType type, std::string_view name) noexcept {
  out.add_point({type, OperationClass::kUnspecified, 0, 0, 0, name, {}});
}

// The part of an extension behind its type and length.
Reader vector8(Reader& in) noexcept {
  return in.take(in.u8());
}
Reader vector16(Reader& in) noexcept {
  return in.take(in.be16());
}

// Exactly one host name, in visible ASCII.
void read_name(Reader& in, Operation& out, Facts& facts) noexcept {
  Reader list = vector16(in);
  const size_t at = list.at();
  const uint8_t kind = list.u8();
  list.expect(kind == 0, FaultKind::kBadType, at);
  const std::string_view name = text_of(list.bytes(list.be16()));
  list.expect(!name.empty() && name.size() <= Facts::kLongestName, FaultKind::kBadLength, at);
  list.expect(std::ranges::all_of(name, [](char c) { return c > ' ' && c < 127; }),
              FaultKind::kBadValue, at);
  list.expect(list.left() == 0, FaultKind::kBadCount, list.at());
  if (!list.ok()) return in.fail(list.fault());
  std::ranges::copy(name, facts.name.begin());
  facts.name_size = static_cast<uint8_t>(name.size());
  add_name(out, PointType::kTlsServerName, name);
}

void read_application_protocols(Reader& in, Operation& out) noexcept {
  Reader list = vector16(in);
  while (list.left() != 0) {
    const size_t at = list.at();
    const std::string_view name = text_of(list.bytes(list.u8()));
    list.expect(!name.empty(), FaultKind::kBadLength, at);
    if (list.ok()) add_name(out, PointType::kTlsApplication, name);
  }
  if (!list.ok()) in.fail(list.fault());
}

// Those offered: the highest is noted. Others than TLS, as drafts had, no server here chooses.
void read_versions(Reader& in, Operation& out, Facts& facts) noexcept {
  Reader list = vector8(in);
  list.expect(list.left() != 0, FaultKind::kBadLength, list.at());
  facts.version = 0;
  while (list.left() != 0) {
    const uint16_t version = list.be16();
    if (version >> 8 != 3) continue;  // RFC 8701: values that nobody means, too
    facts.version = std::max(facts.version, version);
    add_version(out, version);
  }
  if (!list.ok()) in.fail(list.fault());
}

// Calls read(type, extension) for each; none is there twice of those that are looked at.
template <typename Read>
void each_extension(Reader& in, Read&& read) noexcept {
  if (in.left() == 0) return;  // RFC 5246 7.4.1.2: there may be none
  Reader all = vector16(in);
  uint64_t seen = 0;
  while (all.left() != 0) {
    const size_t at = all.at();
    const uint16_t type = all.be16();
    Reader one = vector16(all);
    if (!all.ok()) break;
    if (type != kServerName && type != kApplicationProtocols && type != kSupportedVersions)
      continue;
    all.expect((seen >> type & 1) == 0, FaultKind::kTooMany, at);
    seen |= uint64_t{1} << type;
    read(type, one);
    one.end();
    if (!one.ok()) all.fail(one.fault());
  }
  if (!all.ok()) in.fail(all.fault());
  in.end();
}

uint16_t read_legacy_version(Reader& in) noexcept {
  const uint16_t version = in.be16();
  in.expect(version >> 8 == 3, FaultKind::kBadVersion, 0);
  return version;
}

void skip_session_id(Reader& in) noexcept {
  const size_t at = in.at();
  const uint8_t size = in.u8();
  in.expect(size <= 32, FaultKind::kBadLength, at);
  in.skip(size);
}

}  // namespace

Fault read_client_hello(std::span<const uint8_t> body, Operation& out, Facts& facts) noexcept {
  Reader in(body);
  facts.name_size = 0;
  facts.suite = 0;
  facts.version = read_legacy_version(in);
  in.skip(kRandom);
  skip_session_id(in);
  const size_t suites_at = in.at();
  const size_t suites = in.be16();
  in.expect(suites != 0 && suites % 2 == 0, FaultKind::kBadLength, suites_at);
  in.skip(suites);
  const size_t compressions_at = in.at();
  const uint8_t compressions = in.u8();
  in.expect(compressions != 0, FaultKind::kBadLength, compressions_at);
  in.skip(compressions);
  bool listed = false;
  each_extension(in, [&](uint16_t type, Reader& extension) {
    if (type == kServerName) read_name(extension, out, facts);
    if (type == kApplicationProtocols) read_application_protocols(extension, out);
    if (type != kSupportedVersions) return;
    read_versions(extension, out, facts);
    listed = true;
  });
  // RFC 8446 4.2.1: the field counts where the extension is not there.
  if (in.ok() && !listed) {
    facts.version = std::min(facts.version, kTls12);
    add_version(out, facts.version);
  }
  return in.fault();
}

Fault read_server_hello(std::span<const uint8_t> body, Operation& out, Facts& facts,
                        bool& retry) noexcept {
  Reader in(body);
  facts.version = read_legacy_version(in);
  retry = std::ranges::equal(in.bytes(kRandom), kRetry);
  skip_session_id(in);
  facts.suite = in.be16();
  in.skip(1);  // compression
  bool listed = false;
  each_extension(in, [&](uint16_t type, Reader& extension) {
    if (type == kServerName) (void)extension.rest();  // empty: it was understood
    if (type == kApplicationProtocols) read_application_protocols(extension, out);
    if (type != kSupportedVersions) return;
    facts.version = extension.be16();
    listed = true;
  });
  // Nothing but the extension says 1.3, and it says nothing else (RFC 8446 4.2.1).
  in.expect(listed ? facts.version == kTls13 : facts.version <= kTls12, FaultKind::kBadVersion, 0);
  in.expect(!retry || listed, FaultKind::kBadVersion, 0);
  if (in.ok()) add_version(out, facts.version, facts.suite);
  return in.fault();
}

}  // namespace bulkhead::wire::tls
