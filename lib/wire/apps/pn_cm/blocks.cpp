// SPDX-License-Identifier: Apache-2.0
#include "wire/apps/pn_cm/blocks.h"

namespace bulkhead::wire::pn_cm {
namespace {

constexpr uint16_t kMultipleWrite = 0xe040, kContainer = 0x80b0;  // indexes of records of records
constexpr size_t kRecordHeader = 64;
constexpr size_t kUuid = 16;

// Which types the first block of an operation may have (IEC 61158-6-10 table 551).
struct Row {
  Operations operation;
  uint16_t first, last;
};
constexpr Row kFirstBlocks[] = {
    {Operations::kConnect, 0x0101, 0x0101},       // AR
    {Operations::kRelease, 0x0114, 0x0114},       // release
    {Operations::kRead, 0x0009, 0x0009},          //
    {Operations::kWrite, 0x0008, 0x0008},         //
    {Operations::kControl, 0x0110, 0x0118},       // end of parameters to begin of them
    {Operations::kReadImplicit, 0x0009, 0x0009},  //
};

struct BlockHeader {
  static constexpr size_t kLengthFrom = 4;  // what its length counts begins here
  uint16_t type = 0;
  uint16_t length = 0;
};

BlockHeader read_block_header(Reader& in) noexcept {
  BlockHeader out;
  out.type = in.be16();
  out.length = in.be16();
  in.skip(2);  // version
  return out;
}

bool fits(Operations operation, bool response, uint16_t type) noexcept {
  const uint16_t base = response ? static_cast<uint16_t>(type ^ kResponseBlock) : type;
  for (const Row& row : kFirstBlocks)
    if (row.operation == operation && base >= row.first && base <= row.last) return true;
  return false;
}

// IODReadReqHeader, IODWriteReqHeader and their answers.
struct Record {
  uint64_t submodule = 0;
  uint16_t index = 0;
  uint32_t length = 0;  // of the data behind it
  uint32_t status = 0;  // of an answer to a write
};

Record read_record(Reader& in) noexcept {
  Reader header = in.take(kRecordHeader);
  in.fail(header.fault());
  (void)read_block_header(header);
  header.skip(2 + kUuid);  // sequence number, relation
  Record out;
  const uint64_t api = header.be32();
  const uint64_t slot = header.be16();
  out.submodule = api << 32 | slot << 16 | header.be16();
  header.skip(2);
  out.index = header.be16();
  out.length = header.be32();
  header.skip(4);  // additional values
  out.status = header.be32();
  return out;
}

void add_record(const Record& record, Operation& out) noexcept {
  out.add_point(
      {PointType::kPnSubmodule, out.cls, record.submodule, record.submodule, record.index});
}

void refuse(uint32_t status, Operation& out) noexcept {
  if (status == 0 || out.is_exception) return;
  out.is_exception = true;
  out.exception_code = status;
}

void add_value(std::span<const uint8_t> data, Operation& out) noexcept {
  out.add_values({ValueView::Encoding::kBytes, 0, 1, data});
}

// CombinedObjectContainer: blocks, each a record of a submodule of its own.
void take_container(Reader& in, Operation& out) noexcept {
  constexpr uint16_t kContent = 0x0401;
  constexpr size_t kPlace = 14;  // octets of a block's length in front of the data
  while (in.left() != 0) {
    const size_t at = in.at();
    const BlockHeader header = read_block_header(in);
    in.expect(header.type == kContent, FaultKind::kBadType, at);
    in.skip(2);
    const uint64_t api = in.be32();
    const uint64_t slot = in.be16();
    const uint64_t submodule = api << 32 | slot << 16 | in.be16();
    in.skip(2);
    const uint16_t index = in.be16();
    in.expect(header.length >= kPlace + 2, FaultKind::kBadLength, at + 2);
    in.expect(index != kContainer && index != kMultipleWrite, FaultKind::kTooDeep, at);
    if (!in.ok()) return;
    const auto data = in.bytes(header.length - kPlace - 2);
    if (!in.ok()) return;
    add_record({submodule, index}, out);
    add_value(data, out);
  }
}

// The data of one written record; the records in it, where it is made of such.
void take_data(const Record& record, Reader& in, Operation& out) noexcept {
  Reader data = in.take(record.length);
  if (record.index == kContainer)
    take_container(data, out);
  else if (in.ok())
    add_value(data.rest(), out);
  in.fail(data.fault());
}

// What a multiple write carries: headers with their data, each aligned to four octets.
void take_writes(Reader& in, bool response, Operation& out) noexcept {
  constexpr size_t kAlignment = 4;
  const size_t begin = in.at();
  while (in.left() != 0) {
    const size_t at = in.at();
    Reader ahead = in;
    const bool is_write = fits(Operations::kWrite, response, read_block_header(ahead).type);
    in.expect(is_write, FaultKind::kBadType, at);
    const Record record = read_record(in);
    in.expect(record.index != kMultipleWrite, FaultKind::kTooDeep, at);
    if (in.ok()) add_record(record, out);
    if (response) {
      refuse(record.status, out);
      continue;
    }
    take_data(record, in, out);
    const size_t over = (in.at() - begin) % kAlignment;
    if (over != 0 && in.left() != 0) in.skip(kAlignment - over);
  }
}

void take_write(Reader& in, bool response, Operation& out) noexcept {
  const Record record = read_record(in);
  if (!in.ok()) return;
  if (response) refuse(record.status, out);
  if (record.index == kMultipleWrite) return take_writes(in, response, out);
  add_record(record, out);
  if (response) return in.end();
  take_data(record, in, out);
  in.end();
}

// A request may have a query behind its header; an answer has the record.
void take_read(Reader& in, bool response, Operation& out) noexcept {
  const Record record = read_record(in);
  if (!in.ok()) return;
  add_record(record, out);
  const auto data = in.rest();
  if (!response) return;
  in.expect(data.size() == record.length, FaultKind::kBadLength, in.at());
  if (in.ok()) add_value(data, out);
}

// Blocks one behind the other, up to the end.
void pass_blocks(Reader& in) noexcept {
  while (in.left() != 0) {
    const size_t at = in.at();
    const BlockHeader header = read_block_header(in);
    const bool whole = header.length >= BlockHeader::kLengthFrom - 2;
    in.expect(whole, FaultKind::kBadLength, at + 2);
    if (in.ok()) in.skip(header.length - (BlockHeader::kLengthFrom - 2));
  }
}

}  // namespace

bool is_supervisor(Reader in) noexcept {
  constexpr uint16_t kSupervisorType = 6;
  (void)read_block_header(in);
  return in.be16() == kSupervisorType;
}

void take_blocks(Operations operation, bool response, Reader& in, Operation& out) noexcept {
  const size_t at = in.at();
  Reader ahead = in;
  in.expect(fits(operation, response, read_block_header(ahead).type), FaultKind::kBadType, at);
  if (!in.ok()) return;
  if (operation == Operations::kWrite) return take_write(in, response, out);
  if (operation == Operations::kRead || operation == Operations::kReadImplicit)
    return take_read(in, response, out);
  pass_blocks(in);
}

}  // namespace bulkhead::wire::pn_cm
