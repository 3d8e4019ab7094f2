// SPDX-License-Identifier: Apache-2.0
// Which memory blocks a request names: layouts of PLC4X, little endian.
#include "wire/apps/reader.h"
#include "wire/apps/umas/umas.h"

namespace bulkhead::wire::umas {
namespace {

constexpr uint8_t kReadMemoryBlock = 0x20, kReadVariables = 0x22, kWriteVariables = 0x23;

// Bytes of a variable by the index of its size; 0: not known.
constexpr size_t size_of(unsigned index) noexcept {
  return index >= 1 && index <= 3 ? size_t{1} << (index - 1) : 0;
}

void add(uint16_t block, const FunctionFact& fact, Operation& out) noexcept {
  out.add_point({.type = PointType::kUmasBlock, .access = fact.cls, .first = block, .last = block});
}

// Range, block, offset, a word unknown, number of bytes.
void memory_block(Reader& in, const FunctionFact& fact, Operation& out) noexcept {
  in.skip(1);
  const uint16_t block = in.le16();
  in.skip(6);
  in.end();
  if (in.ok()) add(block, fact, out);
}

// Array flag and index of size, block, then of a read a byte unknown, 16 + 8 bits of offset, of a
// write 32; of arrays their length; of a write the data.
void variable(Reader& in, bool writes, const FunctionFact& fact, Operation& out) noexcept {
  const size_t at = in.at();
  const uint8_t head = in.u8();
  const uint16_t block = in.le16();
  in.skip(4);
  const size_t length = (head >> 4) != 0 ? in.le16() : size_t{1};
  const size_t size = size_of(head & 0xfu);
  in.expect(!writes || size != 0, FaultKind::kBadType, at);
  if (writes) in.skip(size * length);
  if (in.ok()) add(block, fact, out);
}

void variables(Reader& in, bool writes, const FunctionFact& fact, Operation& out) noexcept {
  in.skip(4);  // CRC of the project
  for (unsigned left = in.u8(); left > 0 && in.ok(); --left) variable(in, writes, fact, out);
  in.end();
}

}  // namespace

void add_blocks(const FunctionFact& fact, std::span<const uint8_t> data, Operation& out) noexcept {
  Reader in(data);
  if (fact.code == kReadMemoryBlock)
    memory_block(in, fact, out);
  else if (fact.code == kReadVariables || fact.code == kWriteVariables)
    variables(in, fact.code == kWriteVariables, fact, out);
  if (!in.ok()) out.points.clear();
}

}  // namespace bulkhead::wire::umas
