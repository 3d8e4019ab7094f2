// SPDX-License-Identifier: Apache-2.0
// What kinds of points there are, over all protocols, and how each kind counts.
#pragma once

#include <cstdint>
#include <string_view>

namespace bulkhead::wire {

// Numbers are part of images, events and evidence: append only.
enum class PointType : uint8_t {
  kNone = 0,
  // Modbus: data addresses 0-65535 as on the wire (zero based).
  kCoil,
  kDiscrete,
  kHolding,
  kInput,
  kFileRecord,  // file number << 16 | record number
  kFifo,

  // DNP3: index; detail: group << 8 | variation. kDnp3Object: groups without indices (class data).
  kDnp3BinaryInput,   // groups 1, 2
  kDnp3DoubleBit,     // 3, 4
  kDnp3BinaryOutput,  // 10-13
  kDnp3Counter,       // 20-23
  kDnp3AnalogInput,   // 30-34
  kDnp3AnalogOutput,  // 40-43
  kDnp3Time,          // 50-52
  kDnp3Class,         // 60
  kDnp3File,          // 70
  kDnp3Iin,           // 80
  kDnp3Object,        // any other

  // S7: bit addresses (byte * 8 + bit); kS7Db: DB number << 32 | bit address, detail: DB number.
  kS7Db,
  kS7DbInstance,
  kS7Flag,
  kS7Input,
  kS7Output,
  kS7Peripheral,
  kS7Local,
  kS7Timer,    // number
  kS7Counter,  // number
  kS7SystemData,
  kS7Symbol,      // 1200/1500 symbolic; first = last = CRC of the symbol
  kS7Block,       // block type << 32 | number; detail: block type character code
  kS7Szl,         // SZL-ID << 16 | index
  kS7plusObject,  // RID of object

  // CIP: class << 48 | instance << 16 | attribute, parts not given are 0; detail: class.
  kCipObject,
  kCipTag,         // name: symbolic path as on the wire; last: elements less one
  kCipAssembly,    // instance of class 4, connection point
  kCipConnection,  // I/O connection identifier
  // IEC 60870-5-104: information object address.
  kIoa,
  // OPC UA: namespace << 32 | numeric identifier, or name (string, GUID, opaque) with the namespace
  // in the upper half; detail: attribute id.
  kOpcuaNode,
  // BACnet: object type << 22 | instance; detail: property.
  kBacnetObject,
  kBacnetDeviceRange,  // who-is: device instances
  kBacnetFile,         // file instance; start position and count are not told
  // MMS: name is "domain/item", or "item" of VMD or association scope.
  kMmsVariable,
  kMmsVariableList,
  kMmsDomain,
  kMmsProgram,
  kMmsJournal,
  kMmsFile,
  // GOOSE: name is gocbRef; SV: name is svID.
  kGooseControlBlock,
  kSvStream,
  // PROFINET: DCP option << 8 | suboption; CM: API << 32 | slot << 16 | subslot, detail: index.
  kPnDcpBlock,
  kPnSubmodule,
  // HART: address of the device << 8 | device variable; FINS: address, detail: memory area code;
  // SLMP: device number, detail: device code.
  kHartVariable,
  kFinsArea,
  kSlmpDevice,
  // MQTT: name is the topic, or the filter of a subscription.
  kMqttTopic,
  // UMAS: address or block.
  kUmasBlock,
  // EtherCAT: space << 32 | address, object or IDN, files by name (ethercat::PointSpace); detail:
  // command.
  kEthercatAddress,
  // PCCC in CIP: file << 32 | element << 16 | sub-element; detail: type of the file.
  kPcccFile,
  // TLS: version, detail: cipher suite once one is chosen; names: host of the server, application
  // protocol.
  kTlsVersion,
  kTlsServerName,
  kTlsApplication,
};
inline constexpr unsigned kPointTypeCount = static_cast<unsigned>(PointType::kTlsApplication) + 1;
std::string_view to_string(PointType type) noexcept;  // "coil", "binary_output", "db", ...

// What the parts of a point of this type are called besides "from" and "to"; empty: it has none.
struct PointTypeFacts {
  std::string_view name;
  std::string_view container;  // what first >> shift is: "db", "class"
  uint8_t shift = 0;           // 0: no container
  std::string_view detail{};   // what `detail` is: "object", "attribute", "property"
};
const PointTypeFacts& facts_of(PointType type) noexcept;

}  // namespace bulkhead::wire
