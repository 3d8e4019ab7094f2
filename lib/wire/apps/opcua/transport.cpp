// SPDX-License-Identifier: Apache-2.0
#include "wire/apps/opcua/transport.h"

#include <array>
#include <string_view>

#include "wire/apps/opcua/builtin.h"
#include "wire/fixed_view.h"

namespace bulkhead::wire::opcua {

namespace {

constexpr uint32_t kSmallestBuffer = 1024;
constexpr size_t kLongestUrl = 4096;
constexpr size_t kUrlAt = 28;  // of a hello
constexpr uint32_t kAcknowledgeSize = 28;
constexpr uint32_t kLetters = 0xff'ffff;

// As they lie in memory.
constexpr uint32_t letters(const char (&text)[4]) noexcept {
  return static_cast<uint8_t>(text[0]) | uint32_t{static_cast<uint8_t>(text[1])} << 8 |
         uint32_t{static_cast<uint8_t>(text[2])} << 16;
}

struct TypeFact {
  uint32_t letters = 0;
  MessageType type = MessageType::kHello;
  uint32_t smallest = 0;
};
constexpr std::array kTypes = {
    TypeFact{letters("MSG"), MessageType::kMessage, 24},
    TypeFact{letters("HEL"), MessageType::kHello, 32},
    TypeFact{letters("ACK"), MessageType::kAcknowledge, kAcknowledgeSize},
    TypeFact{letters("ERR"), MessageType::kError, 16},
    TypeFact{letters("RHE"), MessageType::kReverseHello, 16},
    TypeFact{letters("OPN"), MessageType::kOpen, 32},
    TypeFact{letters("CLO"), MessageType::kClose, 24},
};

std::string_view text_of(std::span<const uint8_t> bytes) noexcept {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

const TypeFact* type_of(uint32_t letters) noexcept {
  for (const TypeFact& fact : kTypes)
    if (fact.letters == letters) return &fact;
  return nullptr;
}

bool chunk_fits(MessageType type, char chunk) noexcept {
  if (chunk == 'F') return true;
  return type == MessageType::kMessage && (chunk == 'C' || chunk == 'A');
}

// A text that may have so many bytes.
void take_text(Reader& in) noexcept {
  const size_t start = in.at();
  if (in.string().size() > kLongestUrl) in.fail(FaultKind::kTooLong, start);
}

Fault end_of(Reader& in) noexcept {
  if (in.left() != 0) in.fail(FaultKind::kBadLength, in.at());
  return in.fault();
}

// Protocol version, buffers, limits: the same in hello and acknowledge.
void take_agreement(Reader& in, Agreement& out) noexcept {
  in.skip(kChunkHeader);
  in.u32();
  const size_t buffers_at = in.at();
  out.receives.chunk = in.u32();
  out.send_chunk = in.u32();
  out.receives.message = in.u32();
  out.receives.chunks = in.u32();
  if (out.receives.chunk < kSmallestBuffer || out.send_chunk < kSmallestBuffer)
    in.fail(FaultKind::kBadValue, buffers_at);
}

}  // namespace

Parsed<ChunkHeader> parse_chunk_header(std::span<const uint8_t> bytes, uint32_t longest) noexcept {
  FixedView<kChunkHeader> in;
  if (!FixedView<kChunkHeader>::over(bytes, 0, in))
    return NeedMore{static_cast<uint32_t>(kChunkHeader - bytes.size())};
  const TypeFact* fact = type_of(swap_bytes(in.be32<0>()) & kLetters);
  if (fact == nullptr) return Fault{FaultKind::kBadMarker, 0};
  const ChunkHeader header{fact->type, static_cast<char>(in.u8<kChunkAt>()),
                           swap_bytes(in.be32<kSizeAt>())};
  if (!chunk_fits(header.type, header.chunk)) return Fault{FaultKind::kBadFlags, kChunkAt};
  const bool exact = header.type != MessageType::kAcknowledge || header.size == kAcknowledgeSize;
  if (header.size < fact->smallest || !exact) return Fault{FaultKind::kBadLength, kSizeAt};
  if (header.size > longest) return Fault{FaultKind::kTooLong, kSizeAt};
  return header;
}

Fault parse_hello(std::span<const uint8_t> frame, Agreement& out) noexcept {
  Reader in{Cursor{frame}};
  take_agreement(in, out);
  take_text(in);
  return end_of(in);
}

Fault parse_acknowledge(std::span<const uint8_t> frame, Agreement& out) noexcept {
  Reader in{Cursor{frame}};
  take_agreement(in, out);
  return end_of(in);
}

Fault parse_reverse_hello(std::span<const uint8_t> frame) noexcept {
  Reader in{Cursor{frame}};
  in.skip(kChunkHeader);
  take_text(in);
  take_text(in);
  return end_of(in);
}

Fault parse_error(std::span<const uint8_t> bytes, size_t at, uint32_t& code) noexcept {
  Reader in{Cursor{bytes, at}};
  code = in.u32();
  take_text(in);
  return end_of(in);
}

bool opens(std::span<const uint8_t> bytes) noexcept {
  const Parsed<ChunkHeader> header = parse_chunk_header(bytes, kUrlAt + 4 + kLongestUrl);
  if (!header.ok() || header->size > bytes.size()) return false;
  const auto frame = bytes.first(header->size);
  if (header->type == MessageType::kReverseHello)
    return parse_reverse_hello(frame).kind == FaultKind::kNone;
  Agreement unused;
  if (header->type != MessageType::kHello) return false;
  if (parse_hello(frame, unused).kind != FaultKind::kNone) return false;
  return text_of(frame.subspan(kUrlAt + 4)).starts_with("opc.tcp://");
}

}  // namespace bulkhead::wire::opcua
