"""A photo and a signature that answer a step, from the phone's camera button to the leader's page."""

from io import BytesIO

from PIL import Image
from playwright.sync_api import Locator, expect

from tests.browser.carer import begin_the_day, open_visit, visits
from tests.browser.conftest import NewPhone
from tests.browser.phone import Phone
from tests.browser.server import Server
from tests.browser.vault import go_in
from tests.photo_requests import photo

FIELD, SIGNED = "#field-billede", "#field-underskrift"
SIDEWAYS = 6
"""How EXIF says that the camera was held upright."""
ORIENTATION, GPS = 0x0112, 0x8825


def taken(width: int = 3000, height: int = 2000) -> bytes:
    """What a camera writes: large, on its side, with its position."""
    image = Image.open(BytesIO(photo(size=(300, 200)))).resize((width, height))
    exif = Image.Exif()
    exif[ORIENTATION] = SIDEWAYS
    exif.get_ifd(GPS)[2] = (55.0, 40.0, 0.0)
    file = BytesIO()
    image.save(file, "JPEG", exif=exif)
    return file.getvalue()


def open_wound_care(phone: Phone, server: Server) -> str:
    """The carer's visit whose checklist asks for a photo, on the screen."""
    phone.go(f"{server.origin}/demo")
    mette = phone.page.locator("button[data-role=carer]", has_text="Mette Kjær")
    begin_the_day(phone, server, str(mette.get_attribute("value")))
    for visit in visits(phone):
        open_visit(phone, server, visit)
        if phone.page.locator("form.pictured").count():
            return visit
    raise AssertionError("no visit asks for a photo")


def sign(phone: Phone, name: str) -> None:
    """Write a name and draw below it."""
    field = phone.page.locator(SIGNED)
    field.locator("[data-signer]").fill(name)
    canvas = field.locator("canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box
    mouse = phone.page.mouse
    mouse.move(box["x"] + 20, box["y"] + 60)
    mouse.down()
    for step in range(10):
        mouse.move(box["x"] + 20 + step * 20, box["y"] + 60 - 30 * (step % 2))
    mouse.up()
    phone.tap(field.locator("[data-signed]"))


def size_of(picture: Locator) -> list[int]:
    """How large a picture is that is opened by a tap."""
    picture.locator("summary").first.click()
    image = picture.locator("img").first
    expect(image).to_have_js_property("complete", True)
    return list(
        image.evaluate("async (image) => (await image.decode(), [image.naturalWidth, image.naturalHeight])")
    )


def test_a_photo_taken_in_a_cellar_reaches_the_leader_small_upright_and_without_its_place(
    new_phone: NewPhone, server: Server
) -> None:
    phone = new_phone()
    visit = open_wound_care(phone, server)
    server.stop()
    field = phone.page.locator(FIELD)
    choose = field.locator("input[data-take]").first
    choose.set_input_files(
        {"name": "a.heic", "mimeType": "image/heic", "buffer": b"\0\0\0\x18ftypheic" + bytes(99)}
    )
    expect(field.locator("#wrong-billede")).to_contain_text("HEIC")
    choose.set_input_files({"name": "a.jpg", "mimeType": "image/jpeg", "buffer": taken()})
    expect(field.locator("details.picture")).to_have_count(1)
    sign(phone, "Poul Krarup")
    expect(phone.page.locator(f"{SIGNED} details.picture")).to_contain_text("Poul Krarup")

    phone.kill_worker()
    phone.reload()
    kept = size_of(phone.page.locator(f"{FIELD} details.picture"))
    phone.go(f"{server.origin}/waiting")
    expect(phone.page.locator("#photos-name")).to_contain_text("2 billeder venter")
    server.start()
    phone.wait_for("document.querySelector('#state').textContent.includes('Alt er kommet frem')", 40)
    tablet = new_phone(width=1180, height=820, has_touch=False)
    tablet.go(f"{server.origin}/demo")
    leader = tablet.page.locator("button[data-role=leader]", has_text="Vibeke").first.get_attribute("value")
    go_in(tablet, server.origin, "leader", str(leader))
    tablet.go(f"{server.origin}/board/visits/{visit}")
    shown = size_of(tablet.page.locator(f"{FIELD} details.picture"))
    address = tablet.page.locator(f"{FIELD} details.picture img").get_attribute("src")
    received = tablet.page.context.request.get(f"{server.origin}{address}").body()

    assert kept == shown == [1067, 1600]
    assert not Image.open(BytesIO(received)).getexif()
    assert len(received) < 1_000_000
    expect(tablet.page.locator(SIGNED)).to_contain_text("Poul Krarup")


def test_where_the_phone_is_almost_full_that_is_said_before_the_camera_opens(
    new_phone: NewPhone, server: Server
) -> None:
    phone = new_phone()
    open_wound_care(phone, server)
    phone.evaluate("navigator.storage.estimate = async () => ({ quota: 1e9, usage: 0.99e9 })")
    phone.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    opened: list[str] = []
    phone.page.on("filechooser", lambda _chooser: opened.append("the camera"))

    phone.page.locator(FIELD).locator("label.button").first.click()

    expect(phone.page.locator("#wrong-billede")).to_contain_text("næsten fuld")
    assert not opened
