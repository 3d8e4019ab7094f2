// SPDX-License-Identifier: Apache-2.0
#include "store/fleet_place.h"

namespace bulkhead::control {

Status make_fleet_table(Database& database) {
  return database.execute(
      "CREATE TABLE IF NOT EXISTS fleet_place (id INTEGER PRIMARY KEY CHECK (id = 1), number "
      "INTEGER NOT NULL, state INTEGER NOT NULL, former INTEGER NOT NULL) STRICT");
}

Result<FleetPlace> fleet_place(Database& database) {
  auto row = database.prepare("SELECT number, state, former FROM fleet_place");
  if (!row) return std::move(row).error();
  const auto there = row->step();
  if (!there) return there.error();
  if (!*there) return FleetPlace{};
  return FleetPlace{static_cast<uint64_t>(row->number(0)), static_cast<FleetState>(row->number(1)),
                    static_cast<uint64_t>(row->number(2))};
}

Status set_fleet_place(Database& database, const FleetPlace& place) {
  auto row = database.prepare("INSERT OR REPLACE INTO fleet_place VALUES (1, ?, ?, ?)");
  if (!row) return std::move(row).error();
  row->bind(1, place.number).bind(2, static_cast<uint64_t>(place.state));
  return row->bind(3, place.former).run();
}

}  // namespace bulkhead::control
