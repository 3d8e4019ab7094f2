// SPDX-License-Identifier: Apache-2.0
#include "wire/cursor.h"

#include <catch2/catch.hpp>

#include "packet_builder.h"
#include "wire/ethernet.h"
#include "wire/writer.h"

using namespace bulkhead::test;
using namespace bulkhead::wire;

TEST_CASE("cursor: integers of all sizes and both orders, are read in turn", "[wire][cursor]") {
  const Bytes bytes{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21};
  Cursor in{bytes};
  CHECK(in.u8() == 1);
  CHECK(in.be16() == 0x0203);
  CHECK(in.be32() == 0x04050607);
  CHECK(in.be64() == 0x08090a0b0c0d0e0full);
  CHECK(in.le16() == 0x1110);
  CHECK(in.le32() == 0x15141312);
  CHECK(in.ok());
  CHECK(in.left() == 0);
}

TEST_CASE("cursor: a read past the end, gives zero and spoils for good", "[wire][cursor]") {
  const Bytes bytes{1, 2, 3};
  Cursor in{bytes};
  CHECK(in.be32() == 0);
  CHECK_FALSE(in.ok());
  CHECK(in.left() == 0);
  CHECK(in.u8() == 0);
  CHECK(in.rest().empty());
}

TEST_CASE("cursor: a sub-cursor, keeps absolute offsets and cannot leave its part",
          "[wire][cursor]") {
  const Bytes bytes{1, 2, 3, 4, 5};
  Cursor in{bytes, 100};
  in.skip(1);
  Cursor part = in.take(2);
  CHECK(part.at() == 101);
  CHECK(part.be16() == 0x0203);
  CHECK(part.u8() == 0);
  CHECK_FALSE(part.ok());
  CHECK(in.at() == 103);
  CHECK(in.ok());
  CHECK_FALSE(in.take(3).ok());
  CHECK_FALSE(in.ok());
}

TEST_CASE("writer: a write past the end, writes nothing and spoils for good", "[wire][writer]") {
  Bytes out(3, 0xee);
  Writer to{out};
  to.be16(0x0102).be32(0x03040506).u8(7);
  CHECK_FALSE(to.ok());
  CHECK(to.size() == 2);
  CHECK(to_hex(out) == "01 02 ee");
}

TEST_CASE("ethernet: any header, is read back as written", "[wire][ethernet][property]") {
  for (const uint16_t outer : {kNoVlan, uint16_t{0}, uint16_t{4094}}) {
    for (const uint16_t inner : {kNoVlan, uint16_t{7}}) {
      if (outer == kNoVlan && inner != kNoVlan) continue;
      EthernetHeader in;
      in.dst = {{1, 2, 3, 4, 5, 6}};
      in.src = {{2, 3, 4, 5, 6, 7}};
      in.ethertype = ethertype::kIpv6;
      in.vlan = outer;
      in.inner_vlan = inner;
      Bytes bytes(32);
      Writer to{bytes};
      write_ethernet(to, in);
      EthernetHeader back;
      REQUIRE(parse_ethernet(to.written(), back).kind == FaultKind::kNone);
      CHECK(back.dst == in.dst);
      CHECK(back.src == in.src);
      CHECK(back.ethertype == in.ethertype);
      CHECK(back.vlan == in.vlan);
      CHECK(back.inner_vlan == in.inner_vlan);
      CHECK(back.size == to.size());
    }
  }
}
