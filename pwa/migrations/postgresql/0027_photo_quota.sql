-- How much somebody has sent in a day, and how much there is of all, is asked at each photo.
create index photo_sender_by_person on photo_sender (person_id, received_at);
create index photo_by_size on photo (stored_bytes);
