// SPDX-License-Identifier: Apache-2.0
// Strings, identifiers, texts, diagnostics and extension objects; variant.cpp has the values.
#include "wire/apps/opcua/builtin.h"

namespace bulkhead::wire::opcua {

namespace {

constexpr uint8_t kNamespaceUri = 0x80;  // flags of an ExpandedNodeId
constexpr uint8_t kServerIndex = 0x40;
constexpr size_t kGuidSize = 16;

std::string_view text_of(std::span<const uint8_t> bytes) noexcept {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace

void Reader::fail(FaultKind kind, size_t at) noexcept {
  if (fault_.kind == FaultKind::kNone && in_.ok()) fault_ = {kind, static_cast<uint32_t>(at)};
}

Fault Reader::fault() const noexcept {
  if (fault_.kind != FaultKind::kNone || in_.ok()) return fault_;
  return {FaultKind::kTruncated, static_cast<uint32_t>(in_.at())};
}

void Reader::take_identifier(uint8_t encoding, NodeId& out) noexcept {
  if (encoding == 0) {
    out.numeric = u8();
  } else if (encoding == 1) {
    out.space = u8();
    out.numeric = u16();
  } else {
    out.space = u16();
    out.kind = static_cast<NodeId::Kind>(encoding);
    if (out.kind == NodeId::Kind::kNumeric)
      out.numeric = u32();
    else
      out.name = text_of(out.kind == NodeId::Kind::kGuid ? in_.bytes(kGuidSize) : string());
  }
}

void Reader::any_node(bool expanded, NodeId& out) noexcept {
  const size_t start = at();
  const uint8_t first = u8();
  const uint8_t flags = first & (kNamespaceUri | kServerIndex);
  const uint8_t encoding = first & 0x3f;
  if (encoding > 5 || (flags != 0 && !expanded)) return fail(FaultKind::kBadEncoding, start);
  take_identifier(encoding, out);
  if ((flags & kNamespaceUri) != 0) out.elsewhere = !string().empty();
  if ((flags & kServerIndex) != 0) out.elsewhere = (u32() != 0) || out.elsewhere;
}

void Reader::localized_text() noexcept {
  const size_t start = at();
  const uint8_t mask = u8();
  if ((mask & ~0x03) != 0) return fail(FaultKind::kBadFlags, start);
  if ((mask & 0x01) != 0) string();
  if ((mask & 0x02) != 0) string();
}

// The inner one is the last field, so that nesting is a loop.
void Reader::diagnostic_info() noexcept {
  for (unsigned depth = 0;; ++depth) {
    const size_t start = at();
    if (depth == kMaxDepth) return fail(FaultKind::kTooDeep, start);
    const uint8_t mask = u8();
    if ((mask & 0x80) != 0) return fail(FaultKind::kBadFlags, start);
    for (unsigned bit = 0; bit < 4; ++bit)
      if ((mask >> bit & 1) != 0) u32();
    if ((mask & 0x10) != 0) string();
    if ((mask & 0x20) != 0) u32();
    if ((mask & 0x40) == 0 || !ok()) return;
  }
}

Reader::Extension Reader::extension() noexcept {
  Extension out;
  out.type = node();
  const size_t start = at();
  const uint8_t encoding = u8();
  if (encoding > 2) fail(FaultKind::kBadEncoding, start);
  if (!ok() || encoding == 0) return out;
  const size_t length_at = at();
  const uint32_t length = u32();
  if (!ok()) return out;
  if (length > in_.left()) {
    fail(FaultKind::kBadLength, length_at);
    return out;
  }
  out.body_at = at();
  out.body = in_.bytes(length);
  out.binary = encoding == 1;
  return out;
}

}  // namespace bulkhead::wire::opcua
