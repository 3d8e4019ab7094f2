// SPDX-License-Identifier: Apache-2.0
// How a server says no: a ServiceFault with Bad_UserAccessDenied (Part 4, 7.34 and 7.39), under the
// identifiers of the request; and the sequence numbers of all further chunks. Where chunks are
// signed neither can be done.
#include "wire/apps/opcua/builtin.h"
#include "wire/apps/opcua/opcua.h"
#include "wire/writer.h"

namespace bulkhead::wire::opcua {
namespace {

constexpr uint32_t kUserAccessDenied = 0x801f'0000;
constexpr size_t kSequenceAt = 16;  // of MSG and CLO
constexpr size_t kHeaders = 24;

Cursor behind_sequence(std::span<const uint8_t> frame, size_t at) noexcept {
  Cursor in{frame};
  in.skip(at);
  return in;
}

bool numbered(MessageType type) noexcept {
  return type == MessageType::kOpen || type == MessageType::kMessage || type == MessageType::kClose;
}

// Where an OPN that can be read has its number: behind channel, policy and certificates.
size_t sequence_of_open(std::span<const uint8_t> frame) noexcept {
  Reader in{Cursor{frame}};
  in.skip(kChunkHeader + sizeof(uint32_t));
  for (int i = 0; i < 3; ++i) in.string();
  const size_t at = in.at();
  in.u32();
  return in.ok() ? at : 0;
}

void put_le32(std::span<uint8_t> frame, size_t at, uint32_t value) noexcept {
  Writer writer{frame.subspan(at, sizeof value)};
  writer.le32(value);
}

void put_fault(Writer& out, uint32_t handle) noexcept {
  constexpr uint8_t kFourByte = 1;
  out.u8(kFourByte).u8(0).le16(kServiceFault);
  out.le32(0).le32(0);  // no time
  out.le32(handle).le32(kUserAccessDenied);
  out.u8(0).le32(UINT32_MAX);  // no diagnostics, no texts
  out.u8(0).u8(0).u8(0);       // no additional header
}

}  // namespace

bool Connection::signed_chunks() const noexcept {
  return channel_.sight() != Channel::Sight::kReadable || channel_.signature() != 0;
}

size_t Connection::fault(Side asker, std::span<const uint8_t> frame,
                         std::span<uint8_t> out) noexcept {
  constexpr size_t kFault = 24 + 4 + 24;
  if (out.size() < kFault) return 0;
  Cursor in = behind_sequence(frame, kChunkHeader);
  const uint32_t channel = in.le32();
  const uint32_t token = in.le32();
  in.skip(sizeof(uint32_t));
  const uint32_t request = in.le32();
  Writer writer{out};
  writer.bytes(std::span<const uint8_t>(reinterpret_cast<const uint8_t*>("MSGF"), 4));
  writer.le32(kFault).le32(channel).le32(token);
  writer.le32(sequences_[by_client(asker) ? 0 : 1].put_in()).le32(request);
  put_fault(writer, handle_);
  (void)outstanding_.answered(request);
  return writer.whole();
}

size_t Connection::refuse(Side asker, std::span<const uint8_t> frame, const Operation& operation,
                          std::span<uint8_t> out) noexcept {
  const Parsed<ChunkHeader> header = parse_chunk_header(frame, kLongestFrame);
  if (!header.ok() || !numbered(header->type)) return 0;
  sequences_[by_client(asker) ? 1 : 0].taken_out();
  const bool answered = by_client(asker) && header->type == MessageType::kMessage &&
                        header->chunk == 'F' && frame.size() >= kHeaders;
  if (!answered || operation.direction != Direction::kRequest) return 0;
  return signed_chunks() || responses_.pending() ? 0 : fault(asker, frame, out);
}

bool Connection::adapt(Side sender, std::span<uint8_t> frame) noexcept {
  const Parsed<ChunkHeader> header = parse_chunk_header(frame, kLongestFrame);
  if (!header.ok()) return false;
  Sequence& sequence = sequences_[by_client(sender) ? 1 : 0];
  if (!numbered(header->type) || !sequence.renumbers()) return true;
  const bool opening = header->type == MessageType::kOpen;
  const size_t at = opening ? sequence_of_open(frame) : kSequenceAt;
  if (signed_chunks() || at == 0 || frame.size() < at + sizeof(uint32_t)) return false;
  put_le32(frame, at, sequence.next());
  return true;
}

}  // namespace bulkhead::wire::opcua
