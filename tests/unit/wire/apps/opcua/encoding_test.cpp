// SPDX-License-Identifier: Apache-2.0
// Built-in types: encodings that are fine, and each that is not, with its offset.
#include "messages.h"
#include "wire/apps/opcua/builtin.h"

namespace bulkhead::wire::opcua {
namespace {

using Encoding = ValueView::Encoding;

template <typename Read>
Fault fault_of(const Bytes& bytes, Read read) {
  Reader in{Cursor{bytes.data}};
  read(in);
  return in.fault();
}
Fault variant_fault(const Bytes& bytes) {
  return fault_of(bytes, [](Reader& in) { (void)in.variant(); });
}
Fault node_fault(const Bytes& bytes) {
  return fault_of(bytes, [](Reader& in) { (void)in.node(); });
}

Bytes nested(unsigned depth) {
  Bytes out;
  for (unsigned i = 0; i < depth; ++i) out.u8(0x98).u32(1);
  return out.u8(0);
}

}  // namespace

TEST_CASE("opcua: NodeIds of all six encodings are read", "[wire][opcua]") {
  const auto read = [](const Bytes& bytes) {
    Reader in{Cursor{bytes.data}};
    const NodeId id = in.node();
    REQUIRE(in.ok());
    REQUIRE(in.left() == 0);
    return id;
  };
  REQUIRE(read(Bytes{}.u8(0).u8(7)).numeric == 7);
  REQUIRE(read(Bytes{}.four(3, 700)).space == 3);
  REQUIRE(read(numbered(9, 70000)).numeric == 70000);
  const Bytes name = Bytes{}.named(2, "a"), guid = Bytes{}.u8(4).u16(1).u64(1).u64(2),
              opaque = Bytes{}.u8(5).u16(1).text("b");
  REQUIRE(read(name).name == "a");
  REQUIRE(read(guid).name.size() == 16);
  REQUIRE(read(opaque).kind == NodeId::Kind::kOpaque);
  REQUIRE(node_fault(Bytes{}.u8(6).u64(0)) == Fault{FaultKind::kBadEncoding, 0});
  REQUIRE(node_fault(Bytes{}.u8(0x80).u64(0)) == Fault{FaultKind::kBadEncoding, 0});
  REQUIRE(node_fault(Bytes{}.u8(3).u16(0).u32(5).u8(1)) == Fault{FaultKind::kBadLength, 3});
  REQUIRE(node_fault(Bytes{}.u8(4).u16(0).u64(0)) == Fault{FaultKind::kTruncated, 3});
}

TEST_CASE("opcua: variants of every built-in type are read to their end", "[wire][opcua]") {
  const Bytes text = Bytes{}.text("x"), none = Bytes{}.u8(0);
  const std::vector<Bytes> scalars = {
      none,
      none,
      none,
      none,
      Bytes{}.u16(1),
      Bytes{}.u16(1),
      Bytes{}.u32(1),
      Bytes{}.u32(1),
      Bytes{}.u64(1),
      Bytes{}.u64(1),
      Bytes{}.u32(1),
      Bytes{}.u64(1),
      text,
      Bytes{}.u64(1),
      Bytes{}.u64(1).u64(1),
      text,
      text,
      Bytes{}.u8(0).u8(1),
      Bytes{}.u8(0x40).u8(1).u32(0),
      Bytes{}.u32(1),
      Bytes{}.u16(1).text("q"),
      Bytes{}.u8(3).text("en").text("t"),
      Bytes{}.u8(0).u8(1).u8(1).text("body"),
      Bytes{}.u8(0x3f).u8(1).u8(1).u32(0).u64(0).u16(0).u64(0).u16(0),
      Bytes{}.u8(1).u8(1),
      Bytes{}.u8(0x3f).u32(1).u32(1).u32(1).u32(1).text("more").u32(0)};
  for (unsigned type = 1; type < scalars.size(); ++type) {
    Bytes array;
    array.u8(type | 0xc0).u32(2).add(scalars[type]).add(scalars[type]).u32(2).u32(1).u32(2);
    Reader many{Cursor{array.data}};
    REQUIRE(many.variant().given);
    REQUIRE(many.left() == 0);
    if (type == 24) continue;  // a variant is no scalar
    const Bytes one = Bytes{}.u8(type).add(scalars[type]);
    Reader in{Cursor{one.data}};
    const Value value = in.variant();
    REQUIRE(value.given);
    REQUIRE(in.left() == 0);
    REQUIRE(value.view.bytes.size() == scalars[type].data.size());
    REQUIRE((value.view.encoding != Encoding::kBytes) == (type <= 11));
  }
}

TEST_CASE("opcua: variants that no encoder writes are faults", "[wire][opcua]") {
  REQUIRE(variant_fault(Bytes{}.u8(26).u32(0)) == Fault{FaultKind::kBadType, 0});
  REQUIRE(variant_fault(Bytes{}.u8(24).u8(0)) == Fault{FaultKind::kBadType, 0});
  REQUIRE(variant_fault(Bytes{}.u8(0x46).u32(0)) == Fault{FaultKind::kBadFlags, 0});
  REQUIRE(variant_fault(Bytes{}.u8(0x80).u32(0)) == Fault{FaultKind::kBadFlags, 0});
  REQUIRE(variant_fault(Bytes{}.u8(0x86).u32(2).u32(0)) == Fault{FaultKind::kBadCount, 1});
  REQUIRE(variant_fault(Bytes{}.u8(0x81).u32(0xfffffffe)) == Fault{FaultKind::kBadCount, 1});
  Bytes shaped;
  shaped.u8(0xc1).u32(2).u16(0);
  REQUIRE(variant_fault(Bytes(shaped).u32(2).u32(2).u32(2)) == Fault{FaultKind::kBadCount, 7});
  REQUIRE(variant_fault(Bytes(shaped).u32(2).u32(0xffffffff).u32(0xffffffff)).kind ==
          FaultKind::kBadCount);
  REQUIRE(variant_fault(Bytes(shaped).u32(9)).kind == FaultKind::kBadCount);
}

TEST_CASE("evasion: variants nested beyond the limit are a fault", "[wire][opcua]") {
  REQUIRE(variant_fault(nested(kMaxDepth - 1)) == Fault{});
  REQUIRE(variant_fault(nested(kMaxDepth)) == Fault{FaultKind::kTooDeep, kMaxDepth * 5});
  REQUIRE(variant_fault(nested(10000)).kind == FaultKind::kTooDeep);
}

TEST_CASE("evasion: diagnostics nested beyond the limit are a fault", "[wire][opcua]") {
  Bytes deep;
  for (unsigned i = 0; i < kMaxDepth - 1; ++i) deep.u8(0x40);
  const auto read = [](Reader& in) { in.diagnostic_info(); };
  REQUIRE(fault_of(Bytes(deep).u8(0), read) == Fault{});
  REQUIRE(fault_of(Bytes(deep).u8(0x40).u8(0), read) == Fault{FaultKind::kTooDeep, kMaxDepth});
  REQUIRE(fault_of(Bytes{}.u8(0x80), read) == Fault{FaultKind::kBadFlags, 0});
}

TEST_CASE("opcua: texts, values and extensions with unknown flags are faults", "[wire][opcua]") {
  REQUIRE(fault_of(Bytes{}.u8(4), [](Reader& in) { in.localized_text(); }).kind ==
          FaultKind::kBadFlags);
  REQUIRE(fault_of(Bytes{}.u8(0x40), [](Reader& in) { (void)in.data_value(); }).kind ==
          FaultKind::kBadFlags);
  const auto extension = [](Reader& in) { (void)in.extension(); };
  REQUIRE(fault_of(Bytes{}.u8(0).u8(1).u8(3), extension) == Fault{FaultKind::kBadEncoding, 2});
  REQUIRE(fault_of(Bytes{}.u8(0).u8(1).u8(1).u32(9), extension) == Fault{FaultKind::kBadLength, 3});
  REQUIRE(fault_of(Bytes{}.u8(0).u8(1).u8(1).null_text(), extension).kind == FaultKind::kBadLength);
  REQUIRE(fault_of(Bytes{}.u32(0xfffffffe), [](Reader& in) { (void)in.string(); }) ==
          Fault{FaultKind::kBadLength, 0});
}

TEST_CASE("opcua: dimensions are exact in requests and ignored in responses", "[wire][opcua]") {
  Bytes matrix;
  matrix.u8(1).u8(0xc1).u32(3).u8(0).u8(1).u8(0).u32(2).u32(1).u32(2);
  Talk talk;
  talk.open();
  REQUIRE(talk.asks(message("MSGF", write_request({{numbered(2, 1), matrix}}))).kind ==
          FaultKind::kBadCount);
  talk.asked(read_request({numbered(2, 1)}));
  REQUIRE(talk.answered(response(634).u32(1).add(matrix).u32(0)).values[0].count == 3);
}

}  // namespace bulkhead::wire::opcua
