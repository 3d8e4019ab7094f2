// SPDX-License-Identifier: Apache-2.0
// EtherCAT frames and datagrams: addresses, registers, directions, and every fault at its offset.
#include "../function_table.h"
#include "frames.h"

using namespace bulkhead::wire;
using namespace bulkhead::test;
using namespace bulkhead::test::ecat;
using ethercat::PointSpace;

namespace {

using Class = OperationClass;

}  // namespace

TEST_CASE("ethercat: every command is told with its device, range and what it does", "[ethercat]") {
  struct {
    uint8_t command;
    std::string_view name;
    Class access;
    uint32_t unit;
    uint64_t first;
  } const kRows[] = {
      {1, "aprd", Class::kRead, 0x11001, 0x2000},
      {2, "apwr", Class::kWrite, 0x11001, 0x2000},
      {3, "aprw", Class::kWrite, 0x11001, 0x2000},
      {4, "fprd", Class::kRead, 0x1001, 0x2000},
      {5, "fpwr", Class::kWrite, 0x1001, 0x2000},
      {6, "fprw", Class::kWrite, 0x1001, 0x2000},
      {7, "brd", Class::kRead, 0x20000, 0x2000},
      {8, "bwr", Class::kWrite, 0x20000, 0x2000},
      {9, "brw", Class::kWrite, 0x20000, 0x2000},
      {10, "lrd", Class::kRead, 0x30000, in_space(PointSpace::kLogical, 0x2000'1001)},
      {11, "lwr", Class::kWrite, 0x30000, in_space(PointSpace::kLogical, 0x2000'1001)},
      {12, "lrw", Class::kWrite, 0x30000, in_space(PointSpace::kLogical, 0x2000'1001)},
      {13, "armw", Class::kWrite, 0x20000, 0x2000},
      {14, "frmw", Class::kWrite, 0x20000, 0x2000},
  };
  for (const auto& row : kRows) {
    INFO(row.name);
    Master master;
    const Told& told = master.told(command({.command = row.command, .offset = 0x2000}, {1, 2, 3}));
    CHECK(told.app == App::kEthercat);
    CHECK(told.name == row.name);
    CHECK(told.cls == row.access);
    CHECK(told.direction == Direction::kRequest);
    CHECK(told.unit == row.unit);
    CHECK(told.request_id == 7);
    REQUIRE(told.points.size() == 1);
    CHECK(told.points[0] == PointRange{PointType::kEthercatAddress, row.access, row.first,
                                       row.first + 2, row.command});
    CHECK(told.bytes ==
          (row.access == Class::kWrite ? std::vector<Octets>{{1, 2, 3}} : std::vector<Octets>{}));
  }
}

TEST_CASE("ethercat: a command for nobody is of the session, one that nobody knows of no class",
          "[ethercat]") {
  Master master;
  CHECK(master.told(command({.command = 0}, {1, 2})).cls == Class::kSession);
  CHECK(master.tells.all.back().points.empty());
  for (const uint8_t unknown : {uint8_t{15}, uint8_t{255}}) {
    CHECK(master.told(command({.command = unknown}, {1, 2})).cls == Class::kUnspecified);
    CHECK(master.tells.all.back().points.empty());
  }
}

TEST_CASE("ethercat: what comes back is the answer, with what was read", "[ethercat]") {
  Master master;
  const Told& told = master.told(command({.counter = 1}, {9, 8}), Side::kResponse);
  CHECK(told.direction == Direction::kResponse);
  CHECK_FALSE(told.is_exception);
  CHECK(told.bytes == std::vector<Octets>{{9, 8}});
}

TEST_CASE("ethercat: an answer that no device worked on is an exception", "[ethercat]") {
  Master master;
  CHECK(master.told(command({}, {0}), Side::kResponse).is_exception);
  CHECK_FALSE(master.told(command({}, {0}), Side::kRequest).is_exception);
  CHECK_FALSE(master.told(command({.command = 0}, {0}), Side::kResponse).is_exception);
}

TEST_CASE("ethercat: each datagram of a frame is an operation", "[ethercat]") {
  Master master;
  Octets chain;
  for (uint8_t i = 0; i < 170; ++i)
    chain = chain + datagram({.command = i == 169 ? uint8_t{8} : uint8_t{7},
                              .index = i,
                              .flags = i == 169 ? uint16_t{0} : kMore},
                             {});
  REQUIRE(master.say(commands(chain)) == Fault{});
  REQUIRE(master.tells.all.size() == 170);
  CHECK(master.tells.all[168].request_id == 168);
  CHECK(master.tells.all[168].name == "brd");
  CHECK(master.tells.all[169].name == "bwr");
}

TEST_CASE("ethercat: a write of a register of note is that operation, by any command",
          "[ethercat]") {
  struct {
    uint16_t offset;
    std::string_view name;
    Class cls;
    uint16_t technique;
  } const kRows[] = {{0x0010, "phys_addr", Class::kProgram, 836},
                     {0x0030, "register_protect", Class::kProgram, 836},
                     {0x0041, "esc_reset", Class::kProgram, 816},
                     {0x0101, "esc_ctrl", Class::kControl, 814},
                     {0x0120, "al_ctrl", Class::kControl, 858},
                     {0x0121, "al_ctrl", Class::kControl, 858},
                     {0x0420, "wd_time", Class::kProgram, 836},
                     {0x0510, "phy_mio", Class::kProgram, 836},
                     {0x0610, "fmmu", Class::kProgram, 836},
                     {0x0808, "syncman", Class::kProgram, 836},
                     {0x0981, "dc_activation", Class::kProgram, 836}};
  for (const auto& row : kRows) {
    for (const int by : {2, 3, 5, 6, 8, 9, 13, 14}) {
      INFO(row.name << " by " << by);
      Master master;
      const auto number = static_cast<uint8_t>(by);
      const Told& told = master.told(command({.command = number, .offset = row.offset}, {2}));
      CHECK(told.name == row.name);
      CHECK(told.cls == row.cls);
      CHECK(told.technique == row.technique);
      REQUIRE(told.points.size() == 1);
      CHECK(told.points[0].access == row.cls);
      CHECK(told.points[0].detail == number);
    }
    Master reader;
    CHECK(reader.told(command({.offset = row.offset}, {0})).name == "fprd");
  }
}

TEST_CASE("ethercat: just beside a register of note is a plain write", "[ethercat]") {
  constexpr uint16_t kBeside[] = {0x000f, 0x0014, 0x011f, 0x0122, 0x0501, 0x0504, 0x0880, 0x0910};
  for (const uint16_t offset : kBeside) {
    Master master;
    CHECK(master.told(command({.command = 5, .offset = offset}, {2})).name == "fpwr");
  }
}

TEST_CASE("evasion: a write over several registers is the worst of them, part by part",
          "[ethercat][evasion]") {
  Master master;
  const Told& told =
      master.told(command({.command = 5, .offset = 0x0110}, Octets(0x03f4, 0)));  // to 0x0503
  CHECK(told.name == "wd_time");
  CHECK(told.cls == Class::kProgram);
  REQUIRE(told.points.size() == 6);
  const std::vector<std::pair<uint64_t, Class>> parts = {
      {0x0110, Class::kWrite},   {0x0120, Class::kControl}, {0x0122, Class::kWrite},
      {0x0400, Class::kProgram}, {0x0422, Class::kWrite},   {0x0502, Class::kProgram}};
  for (size_t i = 0; i < parts.size(); ++i) {
    CHECK(told.points[i].first == parts[i].first);
    CHECK(told.points[i].access == parts[i].second);
    CHECK(told.points[i].last == (i + 1 < parts.size() ? parts[i + 1].first - 1 : 0x0503));
  }
  CHECK(told.bytes.size() == 6);
  CHECK(told.bytes[1] == Octets{0, 0});
}

TEST_CASE("ethercat: what the EEPROM is told to do is in the data", "[ethercat]") {
  struct {
    uint8_t octet;
    std::string_view name;
    Class cls;
  } const kRows[] = {{0, "eeprom_ctrl", Class::kProgram},   {1, "eeprom_read", Class::kRead},
                     {2, "eeprom_write", Class::kFirmware}, {3, "eeprom_ctrl", Class::kProgram},
                     {4, "eeprom_reload", Class::kProgram}, {7, "eeprom_ctrl", Class::kProgram}};
  for (const auto& row : kRows) {
    Master master;
    const Header whole{.command = 5, .offset = 0x0502}, half{.command = 5, .offset = 0x0503};
    for (const Told& told :
         {master.told(command(whole, {1, row.octet})), master.told(command(half, {row.octet}))}) {
      INFO(row.name);
      CHECK(told.name == row.name);
      CHECK(told.cls == row.cls);
    }
  }
  Master master;
  CHECK(master.told(command({.command = 5, .offset = 0x0502}, {1})).name == "eeprom_ctrl");
  // With the address behind it, as masters do.
  const Told& told = master.told(command({.command = 5, .offset = 0x0502}, {0, 1, 8, 0, 0, 0}));
  CHECK(told.name == "fpwr");
  CHECK(told.points[0].access == Class::kRead);
  CHECK(told.points[1].access == Class::kWrite);
}

TEST_CASE("ethercat: network variables are published, other frames are of no class", "[ethercat]") {
  Master master;
  const Told& told = master.told(frame(4, Octets(10, 1)));
  CHECK(told.name == "nv");
  CHECK(told.direction == Direction::kUnsolicited);
  CHECK(told.cls == Class::kControl);
  constexpr uint8_t kOthers[] = {0, 2, 3, 7, 15};
  for (const uint8_t type : kOthers)
    CHECK(master.told(frame(type, {1, 2})).cls == Class::kUnspecified);
}

TEST_CASE("ethercat: faults of frames and datagrams are at their offsets", "[ethercat]") {
  const Octets good = command({}, {1, 2});
  Master master;
  CHECK(master.say({}) == Fault{FaultKind::kTruncated, 0});
  CHECK(master.say({14}) == Fault{FaultKind::kTruncated, 0});
  Octets reserved = good;
  reserved[1] |= 8;
  CHECK(master.say(reserved) == Fault{FaultKind::kBadFlags, 0});
  for (size_t size = 2; size < good.size(); ++size) {
    const Octets cut(good.begin(), good.begin() + static_cast<ptrdiff_t>(size));
    CHECK(master.say(cut) == Fault{FaultKind::kBadLength, 0});
  }
  CHECK(master.say(frame(1, {})) == Fault{FaultKind::kBadLength, 2});
  constexpr uint16_t kReserved[] = {0x0800, 0x1000, 0x2000};
  for (const uint16_t flag : kReserved)
    CHECK(master.say(command({.flags = flag}, {1, 2})) == Fault{FaultKind::kBadFlags, 8});
  CHECK(master.say(commands({4, 7, 0, 0, 0, 0, 3, 0, 0, 0, 1, 2})) ==
        Fault{FaultKind::kBadLength, 8});
  CHECK(master.say(commands({4, 7, 0, 0, 0, 0, 2, 0, 0, 0, 1, 2, 0})) ==
        Fault{FaultKind::kBadLength, 14});
  CHECK(master.say(command({.offset = 0xffff}, {1, 2})) == Fault{FaultKind::kBadAddress, 4});
  CHECK(master.say(command({.offset = 0xffff}, {1})) == Fault{});
  const Header last{.command = 10, .device = 0xffff, .offset = 0xffff};
  CHECK(master.say(command(last, {1, 2})) == Fault{FaultKind::kBadAddress, 4});
  CHECK(master.say(command(last, {1})) == Fault{});
}

TEST_CASE("evasion: the chain of datagrams ends where the frame says", "[ethercat][evasion]") {
  Master master;
  const Octets first = datagram({.flags = kMore}, {1}), second = datagram({.command = 5}, {1});
  // Another one comes, and the frame does not hold it.
  CHECK(master.say(commands(first)) == Fault{FaultKind::kBadLength, 15});
  CHECK(master.say(le16(0x1000 | first.size()) + first + second).kind == FaultKind::kBadLength);
  // None comes, and there is one.
  CHECK(master.say(commands(second + second)) == Fault{FaultKind::kBadLength, 15});
  // Nothing is told of a frame whose last datagram is none.
  CHECK(master.say(commands(first + Octets{5, 7, 1})).kind == FaultKind::kBadLength);
  CHECK(master.tells.all.empty());
  REQUIRE(master.say(commands(first + second)) == Fault{});
  CHECK(master.tells.all.size() == 2);
}

TEST_CASE("ethercat: one octet may make an odd length even, no more", "[ethercat]") {
  Master master;
  const Octets odd = datagram({}, {1}), even = datagram({}, {1, 2});
  CHECK(master.say(commands(odd + Octets{0})) == Fault{});
  CHECK(master.say(commands(odd + Octets{0, 0})) == Fault{FaultKind::kBadLength, 15});
  CHECK(master.say(commands(odd + Octets{0, 0, 0})) == Fault{FaultKind::kBadLength, 15});
  CHECK(master.say(commands(even + Octets{0})) == Fault{FaultKind::kBadLength, 16});
}

TEST_CASE("ethercat: short Ethernet frames are padded, nothing else is behind a frame",
          "[ethercat]") {
  const Octets good = command({}, {1, 2});
  Master<ethercat::LinkConnection> link;
  CHECK(link.say(good + Octets(46 - good.size(), 0)) == Fault{});
  CHECK(link.say(good + Octets(47 - good.size(), 0)) == Fault{FaultKind::kBadLength, 16});
  Master master;
  CHECK(master.say(good + Octets{0}) == Fault{FaultKind::kBadLength, 16});
}

TEST_CASE("ethercat: docs/protocols/ethercat.md lists the operations of the table", "[ethercat]") {
  CHECK(documented_rows("ethercat") == expected_rows(ethercat::functions()));
}
